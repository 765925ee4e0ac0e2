// What PostGraphile 5 takes from Node 22, for those who run Node 20.
Promise.withResolvers ??= function () {
  let resolve, reject
  const promise = new this((yes, no) => { resolve = yes; reject = no })
  return { promise, resolve, reject }
}
Set.prototype.union ??= function (other) {
  return new Set([...this, ...other])
}

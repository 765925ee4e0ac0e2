// Writes two files beside the build: the licences of what is in it, and BUILD, the SHA-256 of every source and every
// built file, from which a test sees that the sources changed without a build (`sha256sum -c` reads it too).
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const top = join(import.meta.dirname, '..');
const sources = ['.npmrc', 'index.html', 'package.json', 'package-lock.json', 'record.js', 'vite.config.js', 'src'];
export const output = join(top, 'graph_api/static/ide');

export function record() {
  writeFileSync(join(output, 'LICENSES.txt'), licences());
  const files = [...sources.map((name) => join(import.meta.dirname, name)), output].flatMap(walk);
  const lines = files.filter((file) => file !== join(output, 'BUILD')).map(line);
  writeFileSync(join(output, 'BUILD'), lines.join(''));
}

function line(file) {
  const hash = createHash('sha256').update(readFileSync(file)).digest('hex');
  return `${hash}  ${relative(top, file)}\n`;
}

function walk(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).sort().flatMap((name) => walk(join(path, name)));
}

function licences() {
  const lock = JSON.parse(readFileSync(join(import.meta.dirname, 'package-lock.json'), 'utf8'));
  const bundled = Object.keys(lock.packages).filter((path) => path && !lock.packages[path].dev).sort();
  return bundled.map((path) => licence(path, lock.packages[path])).join('');
}

function licence(path, { version, license }) {
  const folder = join(import.meta.dirname, path);
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /^(licen[cs]e|notice|thirdpartynotices)(\.|$)/i.test(name)).sort() : [];
  const texts = names.map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim());
  const heading = `${path.replace(/^.*node_modules\//, '')} ${version} (${license})`;
  return [heading, ...texts, '', ''].join('\n\n');
}

"""Which store the settings name: a folder, or a bucket."""

from db.files.store import Store
from graph_api.config import Config, ConfigError


def store_of(config: Config) -> Store:
    """Return where the contents of files are kept: in a folder, or in a bucket.

    Raises:
        ConfigError: what a bucket needs is not installed.
    """
    if not config.files_bucket:
        return Store(config.folder_of_files)
    try:
        from db.files.bucket import BucketStore
    except ModuleNotFoundError:
        needed = "a bucket needs obstore; run `pip install --require-hashes -r requirements-s3.txt`"
        raise ConfigError(f"FILES_BUCKET: {config.files_bucket} cannot be used; {needed}.") from None
    return BucketStore(config.folder_of_files / "copies", config.files_bucket, config.files_endpoint)

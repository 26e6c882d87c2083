//! Archives: tar, bare or compressed with gzip, xz, bzip2 or zstd; the first bytes tell which.
//!
//! Nothing is written outside the directory that is unpacked into: names that lead out of it are refused, and so is writing behind a link. Of
//! the attributes of files only whether they may be executed is kept.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Chain, Cursor, Read};
use std::path::{Component, Path, PathBuf};

use tar::{Archive, Entry, EntryType};

use crate::error::Error;
use crate::tree::{link, set_mode};

/// The most that an archive may hold, in bytes.
const LARGEST: u64 = 32 << 30;

/// How many first bytes tell the compression.
const MAGIC_LENGTH: usize = 6;

/// Unpacks an archive into the directory `to`, which is made. Gives the tree: the only directory at the top, or all of it.
pub(crate) fn unpack(archive: &Path, to: &Path) -> Result<PathBuf, Error> {
    let file = File::open(archive).map_err(|error| Error::file(archive, &error))?;
    fs::create_dir(to).map_err(|error| Error::file(to, &error))?;
    let reader = decompressed(file).map_err(|error| broken(&error))?;
    let mut unpacker = Unpacker {
        root: to,
        bytes_left: LARGEST,
    };
    let mut archive = Archive::new(reader);
    let entries = archive.entries().map_err(|error| broken(&error))?;
    let mut is_empty = true;
    for entry in entries {
        unpacker.entry(&mut entry.map_err(|error| broken(&error))?)?;
        is_empty = false;
    }
    if is_empty {
        return Err(Error::Archive("it is empty, or no archive".to_owned()));
    }
    top(to)
}

fn broken(error: &io::Error) -> Error {
    Error::Archive(match error.kind() {
        io::ErrorKind::UnexpectedEof => "it ends too soon".to_owned(),
        _ => error.to_string(),
    })
}

/// The only directory at the top, or the top itself.
fn top(root: &Path) -> Result<PathBuf, Error> {
    let failed = |error: io::Error| Error::file(root, &error);
    let mut entries = fs::read_dir(root).map_err(failed)?;
    if let (Some(entry), None) = (entries.next(), entries.next()) {
        let entry = entry.map_err(failed)?;
        if entry.file_type().map_err(failed)?.is_dir() {
            return Ok(entry.path());
        }
    }
    Ok(root.to_owned())
}

fn decompressed(mut file: File) -> io::Result<Box<dyn Read>> {
    let mut magic = vec![];
    let length = MAGIC_LENGTH as u64;
    Read::by_ref(&mut file)
        .take(length)
        .read_to_end(&mut magic)?;
    let kind = magic.clone();
    let reader: BufReader<Chain<Cursor<Vec<u8>>, File>> =
        BufReader::new(Cursor::new(magic).chain(file));
    Ok(match kind.as_slice() {
        [0x1f, 0x8b, ..] => Box::new(flate2::bufread::MultiGzDecoder::new(reader)),
        [0xfd, b'7', b'z', b'X', b'Z', 0] => Box::new(lzma_rust2::XzReader::new(reader, true)),
        [b'B', b'Z', b'h', ..] => Box::new(bzip2::bufread::MultiBzDecoder::new(reader)),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            let decoder = ruzstd::decoding::StreamingDecoder::new(reader);
            Box::new(decoder.map_err(io::Error::other)?)
        }
        [b'P', b'K', 3, 4, ..] => {
            return Err(io::Error::other("zip archives are not read"));
        }
        _ => Box::new(reader),
    })
}

struct Unpacker<'u> {
    root: &'u Path,
    bytes_left: u64,
}

impl Unpacker<'_> {
    fn entry<R: Read>(&mut self, entry: &mut Entry<'_, R>) -> Result<(), Error> {
        let kind = entry.header().entry_type();
        if matches!(kind, EntryType::XGlobalHeader | EntryType::XHeader) {
            return Ok(());
        }
        let name = entry.path().map_err(|error| broken(&error))?.into_owned();
        let Some(path) = self.below(&name)? else {
            return Ok(());
        };
        let is_directory = kind == EntryType::Directory
            || kind == EntryType::Regular && entry.path_bytes().ends_with(b"/");
        if is_directory {
            return self.directory(&path);
        }
        if let Some(parent) = path.parent() {
            self.directory(parent)?;
        }
        if path.symlink_metadata().is_ok() {
            fs::remove_file(&path).map_err(|error| Error::file(&path, &error))?;
        }
        match kind {
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
                self.file(entry, &path)
            }
            EntryType::Symlink => link(&target(entry)?, &path),
            EntryType::Link => {
                let other = self.below(&target(entry)?)?.unwrap_or_default();
                self.check_way(&other)?;
                if !other.is_file() {
                    let name = name.display();
                    return Err(Error::Archive(format!("`{name}` leads to no file")));
                }
                crate::tree::copy(&other, &path)
            }
            _ => Err(Error::Archive(format!(
                "`{}` is neither a file nor a directory nor a link",
                name.display()
            ))),
        }
    }

    fn file<R: Read>(&mut self, entry: &mut Entry<'_, R>, path: &Path) -> Result<(), Error> {
        let failed = |error: io::Error| Error::file(path, &error);
        let mode = entry.header().mode().map_err(|error| broken(&error))?;
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(path)
            .map_err(failed)?;
        let mut limited = entry.take(self.bytes_left + 1);
        let mut buffer = vec![0; 64 << 10];
        loop {
            let count = limited.read(&mut buffer).map_err(|error| broken(&error))?;
            let Some(bytes) = buffer.get(..count).filter(|bytes| !bytes.is_empty()) else {
                break;
            };
            let left = self.bytes_left.checked_sub(count as u64);
            self.bytes_left = left.ok_or_else(|| {
                Error::Archive(format!("it holds more than {} GiB", LARGEST >> 30))
            })?;
            io::Write::write_all(&mut file, bytes).map_err(failed)?;
        }
        drop(file);
        set_mode(path, mode & 0o100 != 0)
    }

    /// The path for a name in the archive; none for the top itself.
    fn below(&self, name: &Path) -> Result<Option<PathBuf>, Error> {
        let mut path = self.root.to_owned();
        let mut is_top = true;
        for component in name.components() {
            match component {
                Component::CurDir => {}
                Component::Normal(part) => {
                    path.push(part);
                    is_top = false;
                }
                _ => {
                    let name = name.display();
                    return Err(Error::Archive(format!("`{name}` leads out of it")));
                }
            }
        }
        Ok((!is_top).then_some(path))
    }

    /// Makes a directory and those above it.
    fn directory(&self, path: &Path) -> Result<(), Error> {
        self.check_way(path)?;
        fs::create_dir_all(path).map_err(|error| Error::file(path, &error))
    }

    /// Errors: a link is on the way to `path`.
    fn check_way(&self, path: &Path) -> Result<(), Error> {
        let way = path.ancestors().take_while(|above| *above != self.root);
        for above in way {
            if above.is_symlink() {
                let name = above.strip_prefix(self.root).unwrap_or(above).display();
                return Err(Error::Archive(format!("`{name}` is a link, and has files")));
            }
        }
        Ok(())
    }
}

fn target<R: Read>(entry: &Entry<'_, R>) -> Result<PathBuf, Error> {
    let target = entry.link_name().map_err(|error| broken(&error))?;
    let target = target.ok_or_else(|| Error::Archive("a link leads nowhere".to_owned()))?;
    Ok(target.into_owned())
}

//! Tar archives, bare and in one go.

const BLOCK: usize = 512;

/// What an archive holds.
#[derive(Clone, Copy, Debug)]
pub enum Entry<'e> {
    /// A file: name and contents.
    File(&'e str, &'e str),
    /// A file that may be executed: name and contents.
    Program(&'e str, &'e str),
    /// A symbolic link: name and where it leads.
    Link(&'e str, &'e str),
    /// Another name of a file of the archive: that name, and the first.
    Same(&'e str, &'e str),
    /// A directory.
    Directory(&'e str),
}

/// The archive of these entries.
pub fn tarball(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut archive = vec![];
    for entry in entries {
        let (name, mode, kind, target, contents) = match *entry {
            Entry::File(name, contents) => (name, 0o644, b'0', "", contents),
            Entry::Program(name, contents) => (name, 0o755, b'0', "", contents),
            Entry::Link(name, target) => (name, 0o777, b'2', target, ""),
            Entry::Same(name, target) => (name, 0o644, b'1', target, ""),
            Entry::Directory(name) => (name, 0o755, b'5', "", ""),
        };
        let size = contents.len();
        let mut header = vec![];
        let mut field = |text: String, width: usize| {
            header.extend(text.bytes().chain(std::iter::repeat(0)).take(width));
        };
        field(name.to_owned(), 100);
        field(format!("{mode:07o}"), 8);
        field("0000000".to_owned(), 8);
        field("0000000".to_owned(), 8);
        field(format!("{size:011o}"), 12);
        field("00000000000".to_owned(), 12);
        field(" ".repeat(8), 8);
        field(char::from(kind).to_string(), 1);
        field(target.to_owned(), 100);
        field("ustar\u{0}00".to_owned(), BLOCK - 257);
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        let sum = format!("{sum:06o}\u{0} ");
        for (place, byte) in header.iter_mut().skip(148).zip(sum.bytes()) {
            *place = byte;
        }
        archive.extend(header);
        archive.extend_from_slice(contents.as_bytes());
        archive.resize(archive.len().next_multiple_of(BLOCK), 0);
    }
    archive.resize(archive.len() + 2 * BLOCK, 0);
    archive
}

//! Objects of a git repository: loose ones, and those in packs.

use std::fs::{self, File};
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use flate2::read::ZlibDecoder;

/// The longest object that is read; commits are far shorter.
const LONGEST: u64 = 1 << 20;
/// How many differences an object may be made of, one upon the other.
const MOST_DELTAS: usize = 64;
const OID: usize = 20;
/// Where the sorted names of an index of a pack begin: behind its head and the table by first byte.
const NAMES: u64 = 8 + 256 * 4;

/// The text of the object `oid`, spelled in hexadecimal, below the directory `objects`; `None` where it cannot be read.
pub(super) fn read(objects: &Path, oid: &str) -> Option<Vec<u8>> {
    let directories = with_alternates(objects);
    let loose = directories
        .iter()
        .find_map(|directory| loose(directory, oid));
    loose.or_else(|| {
        let oid = bytes_of(oid)?;
        let mut packs = directories.iter().flat_map(|directory| packs(directory));
        packs.find_map(|pack| pack.object(&oid))
    })
}

fn with_alternates(objects: &Path) -> Vec<PathBuf> {
    let others = fs::read_to_string(objects.join("info/alternates"));
    let others = others.unwrap_or_default();
    let others = others.lines().map(|line| objects.join(line));
    std::iter::once(objects.to_owned()).chain(others).collect()
}

fn loose(objects: &Path, oid: &str) -> Option<Vec<u8>> {
    let (directory, name) = oid.split_at_checked(2)?;
    let file = File::open(objects.join(directory).join(name)).ok()?;
    let bytes = inflate(file)?;
    let end = bytes.iter().position(|byte| *byte == 0)?;
    Some(bytes.get(end + 1..)?.to_vec())
}

fn inflate(from: impl Read) -> Option<Vec<u8>> {
    let mut bytes = vec![];
    let mut limited = ZlibDecoder::new(from).take(LONGEST + 1);
    limited.read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= LONGEST).then_some(bytes)
}

fn bytes_of(oid: &str) -> Option<[u8; OID]> {
    let oid = gix_hash::ObjectId::from_hex(oid.as_bytes()).ok()?;
    oid.as_bytes().try_into().ok()
}

/// A pack: the file with the objects, and where each begins.
struct Pack {
    index: PathBuf,
}

fn packs(objects: &Path) -> Vec<Pack> {
    let entries = fs::read_dir(objects.join("pack")).into_iter().flatten();
    let paths = entries.flatten().map(|entry| entry.path());
    let mut indexes: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "idx"))
        .collect();
    indexes.sort();
    indexes.into_iter().map(|index| Pack { index }).collect()
}

impl Pack {
    fn object(&self, oid: &[u8; OID]) -> Option<Vec<u8>> {
        let mut index = File::open(&self.index).ok()?;
        let offset = offset_of(&mut index, oid)?;
        let mut pack = BufReader::new(File::open(self.index.with_extension("pack")).ok()?);
        self.entry(&mut pack, offset, MOST_DELTAS)
    }

    /// The object that begins at `offset`, whole or made of another and the difference to it.
    fn entry(&self, pack: &mut BufReader<File>, offset: u64, left: usize) -> Option<Vec<u8>> {
        let left = left.checked_sub(1)?;
        pack.seek(SeekFrom::Start(offset)).ok()?;
        let first = byte(pack)?;
        let mut last = first;
        while last & 0x80 != 0 {
            last = byte(pack)?;
        }
        match (first >> 4) & 7 {
            1..=4 => inflate(pack),
            6 => {
                let distance = distance(pack)?;
                let delta = inflate(&mut *pack)?;
                let base = self.entry(pack, offset.checked_sub(distance)?, left)?;
                apply(&base, &delta)
            }
            7 => {
                let mut oid = [0; OID];
                pack.read_exact(&mut oid).ok()?;
                let delta = inflate(&mut *pack)?;
                let mut index = File::open(&self.index).ok()?;
                let base = offset_of(&mut index, &oid)?;
                apply(&self.entry(pack, base, left)?, &delta)
            }
            _ => None,
        }
    }
}

/// Where an object begins in its pack, by the index of that, of the second version.
fn offset_of(index: &mut File, oid: &[u8; OID]) -> Option<u64> {
    if number(index, 0)? != 0xff74_4f63 || number(index, 4)? != 2 {
        return None;
    }
    let count_up_to = |index: &mut File, first: u8| number(index, 8 + u64::from(first) * 4);
    let first = oid[0];
    let mut low = match first.checked_sub(1) {
        Some(before) => count_up_to(index, before)?,
        None => 0,
    };
    let mut high = count_up_to(index, first)?;
    let all = u64::from(count_up_to(index, u8::MAX)?);
    while low < high {
        let middle = low + (high - low) / 2;
        let mut name = [0; OID];
        at(index, NAMES + u64::from(middle) * OID as u64, &mut name)?;
        match name.as_slice().cmp(oid) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
            std::cmp::Ordering::Equal => return offset(index, all, u64::from(middle)),
        }
    }
    None
}

/// The offset with that number among `all`; large ones stand in a table of their own.
fn offset(index: &mut File, all: u64, place: u64) -> Option<u64> {
    let offsets = NAMES + all * (OID as u64 + 4);
    let small = number(index, offsets + place * 4)?;
    if small & 0x8000_0000 == 0 {
        return Some(u64::from(small));
    }
    let mut bytes = [0; 8];
    let large = u64::from(small & 0x7fff_ffff);
    at(index, offsets + all * 4 + large * 8, &mut bytes)?;
    Some(u64::from_be_bytes(bytes))
}

fn at(file: &mut File, place: u64, bytes: &mut [u8]) -> Option<()> {
    file.seek(SeekFrom::Start(place)).ok()?;
    file.read_exact(bytes).ok()
}

fn number(file: &mut File, place: u64) -> Option<u32> {
    let mut bytes = [0; 4];
    at(file, place, &mut bytes)?;
    Some(u32::from_be_bytes(bytes))
}

fn byte(from: &mut impl Read) -> Option<u8> {
    let mut byte = [0];
    from.read_exact(&mut byte).ok()?;
    Some(byte[0])
}

/// How far before the difference its base begins.
fn distance(from: &mut impl Read) -> Option<u64> {
    let mut last = byte(from)?;
    let mut distance = u64::from(last & 0x7f);
    while last & 0x80 != 0 {
        last = byte(from)?;
        distance = distance.checked_add(1)?.checked_mul(128)? + u64::from(last & 0x7f);
    }
    Some(distance)
}

/// What a difference makes of `base`: copies of parts of it, and bytes of its own.
fn apply(base: &[u8], mut delta: &[u8]) -> Option<Vec<u8>> {
    let rest = &mut delta;
    length(rest)?;
    let size = length(rest)?;
    let mut made = vec![];
    while let Some((&order, after)) = rest.split_first() {
        *rest = after;
        if order & 0x80 != 0 {
            let start = parts(rest, order, 4)?;
            let length = match parts(rest, order >> 4, 3)? {
                0 => 0x1_0000,
                length => length,
            };
            made.extend_from_slice(base.get(start..start.checked_add(length)?)?);
        } else {
            let (own, after) = rest.split_at_checked(usize::from(order))?;
            made.extend_from_slice(own);
            *rest = after;
        }
    }
    (made.len() == size).then_some(made)
}

/// A number whose bytes are there as far as the lowest `count` bits of `which` say.
fn parts(rest: &mut &[u8], which: u8, count: u32) -> Option<usize> {
    let mut number = 0;
    for place in 0..count {
        if which & (1 << place) != 0 {
            number |= usize::from(byte(rest)?) << (8 * place);
        }
    }
    Some(number)
}

fn length(rest: &mut &[u8]) -> Option<usize> {
    let mut length = 0;
    for place in (0..usize::BITS).step_by(7) {
        let byte = byte(rest)?;
        length |= usize::from(byte & 0x7f) << place;
        if byte & 0x80 == 0 {
            return Some(length);
        }
    }
    None
}

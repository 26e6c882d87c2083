//! Writes the fixtures, whole and damaged, as archives into the directory that is given.

use std::path::{Path, PathBuf};

use testkit::archive;
use testkit::damage::{Dice, damaged};
use testkit::fixture;

const DAMAGED: usize = 20;

fn main() -> std::io::Result<()> {
    let directory = std::env::args_os().nth(1).map(PathBuf::from);
    let directory = directory.ok_or_else(|| std::io::Error::other("which directory?"))?;
    std::fs::create_dir_all(&directory)?;
    let mut dice = Dice::new(0);
    for fixture in fixture::all() {
        // What is pointed at comes first, unless it is a flake.
        let mut texts = fixture.texts;
        texts.sort_by_key(|(path, _)| *path != fixture.target);
        let write = |name: String, texts: &[(PathBuf, String)]| {
            let texts = texts.iter().map(|(path, text)| (path.as_path() as &Path, text.as_str()));
            std::fs::write(directory.join(name), archive::write(texts))
        };
        write(fixture.name.clone(), &texts)?;
        for number in 0..DAMAGED {
            let mut texts = texts.clone();
            let chosen = dice.below(texts.len());
            texts[chosen].1 = damaged(&texts[chosen].1, &mut dice);
            write(format!("{}-{number}", fixture.name), &texts)?;
        }
    }
    Ok(())
}

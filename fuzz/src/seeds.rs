//! Writes what fuzzing begins with into the directory that is given: below `clan` the fixtures, whole and damaged, as archives; below `eval` the
//! expressions that are compared with Nix, and some made by chance.

use std::io::Result;
use std::path::{Path, PathBuf};

use testkit::archive;
use testkit::damage::{Dice, damaged};
use testkit::fixture;
use testkit::generate::expressions::Grammar;
use testkit::generate::regexes;

const DAMAGED: usize = 20;
const MADE: u64 = 500;
const EXPRESSIONS: &str = include_str!("../../tests/differential/expressions.txt");

fn main() -> Result<()> {
    let directory = std::env::args_os().nth(1).map(PathBuf::from);
    let directory = directory.ok_or_else(|| std::io::Error::other("which directory?"))?;
    clans(&directory.join("clan"))?;
    expressions(&directory.join("eval"))
}

fn expressions(directory: &Path) -> Result<()> {
    std::fs::create_dir_all(directory)?;
    for (number, expression) in EXPRESSIONS.split("\n\n").enumerate() {
        // The first byte is a form.
        std::fs::write(directory.join(format!("listed-{number}")), format!("n{expression}"))?;
    }
    let grammar = Grammar::default();
    for number in 0..MADE {
        let mut dice = Dice::new(number);
        let trees = [("made", grammar.expression(&mut dice)), ("search", regexes::search(&mut dice))];
        for (kind, tree) in trees {
            std::fs::write(directory.join(format!("{kind}-{number}")), format!("n{tree}"))?;
        }
    }
    Ok(())
}

fn clans(directory: &Path) -> Result<()> {
    std::fs::create_dir_all(directory)?;
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

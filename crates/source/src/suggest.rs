//! The name that a misspelt one was probably meant to be.

/// The shortest name that is taken for the start of a longer one.
const SHORTEST_START: usize = 3;

/// The candidate nearest to `name`, if one is near enough to be a slip of the keys.
///
/// Near: at most a third of the longer name's letters have to be put in, left out, exchanged or swapped with their neighbour;
/// a difference in case alone always counts as near, and so does a name of three letters or more that the candidate goes on from. Among
/// equals the first in order wins.
pub fn nearest<'n>(name: &str, candidates: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let wanted: Vec<char> = name.chars().collect();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        if candidate == name || candidate.is_empty() {
            continue;
        }
        let letters: Vec<char> = candidate.chars().collect();
        let distance = if candidate.to_lowercase() == name.to_lowercase() {
            0
        } else if wanted.len() >= SHORTEST_START && candidate.starts_with(name) {
            1
        } else {
            distance(&wanted, &letters)
        };
        let allowed = (wanted.len().max(letters.len())).div_ceil(3).min(4);
        let whole = distance >= wanted.len().max(letters.len());
        if distance <= allowed && !whole && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The number of insertions, deletions, exchanges and swaps of neighbours between two words.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut before: Vec<usize> = vec![];
    let mut previous: Vec<usize> = (0..=right.len()).collect();
    for (row, letter) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let exchanged = previous[column] + usize::from(letter != other);
            let mut least = exchanged
                .min(previous[column + 1] + 1)
                .min(current[column] + 1);
            let swapped =
                row > 0 && column > 0 && left[row - 1] == *other && right[column - 1] == *letter;
            if swapped {
                least = least.min(before[column - 1] + 1);
            }
            current.push(least);
        }
        before = std::mem::replace(&mut previous, current);
    }
    previous[right.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[track_caller]
    fn check(name: &str, candidates: &[&str], expected: Option<&str>) {
        assert_eq!(nearest(name, candidates.iter().copied()), expected);
    }

    #[test]
    fn a_slip_of_the_keys_is_near() {
        check("latpop", &["server", "laptop"], Some("laptop"));
        check("jonn", &["sara", "jon"], Some("jon"));
        check("Laptop", &["laptop"], Some("laptop"));
        check("clinet", &["client", "server"], Some("client"));
    }

    #[test]
    fn another_word_is_not() {
        check("backup", &["laptop", "all"], None);
        check("a", &["b"], None);
        check("x", &[""], None);
    }
}

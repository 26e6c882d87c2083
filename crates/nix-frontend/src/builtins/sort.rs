//! The stable sort behind `builtins.sort`.
//!
//! A comparison may fail, may be inconsistent, and may say something while it runs, so that the order of comparisons shows.
//! They come in the order of the merge sort that Nix uses (GNU's `std::stable_sort`): each half is cut in runs of seven, which
//! are sorted by insertion; the runs are merged in pairs; at last the halves are merged.

use crate::eval::error::Result;

const RUN: usize = 7;

/// Whether the first is less than the second.
type IsLess<'c, T> = &'c mut dyn FnMut(T, T) -> Result<bool>;

/// Sorts `items`; equal ones stay in their order. Errors: those of `is_less`.
pub(super) fn stable_sort<T: Copy>(items: &mut [T], is_less: IsLess<'_, T>) -> Result<()> {
    let middle = items.len().div_ceil(2);
    let (left, right) = items.split_at_mut(middle);
    sort_by_runs(left, is_less)?;
    sort_by_runs(right, is_less)?;
    let merged = if left.len() <= right.len() {
        merge(left, right, is_less)?
    } else {
        merge_from_the_end(left, right, is_less)?
    };
    items.copy_from_slice(&merged);
    Ok(())
}

fn sort_by_runs<T: Copy>(items: &mut [T], is_less: IsLess<'_, T>) -> Result<()> {
    for run in items.chunks_mut(RUN) {
        insertion_sort(run, is_less)?;
    }
    let mut width = RUN;
    while width < items.len() {
        for pair in items.chunks_mut(2 * width) {
            if let Some((left, right)) = pair.split_at_checked(width) {
                let merged = merge(left, right, is_less)?;
                pair.copy_from_slice(&merged);
            }
        }
        width *= 2;
    }
    Ok(())
}

fn insertion_sort<T: Copy>(run: &mut [T], is_less: IsLess<'_, T>) -> Result<()> {
    let mut sorted: Vec<T> = Vec::with_capacity(run.len());
    for item in run.iter() {
        let place = insertion_place(&sorted, *item, is_less)?;
        sorted.insert(place, *item);
    }
    run.copy_from_slice(&sorted);
    Ok(())
}

/// The first is asked first; the search from the end then asks it again if it gets there.
fn insertion_place<T: Copy>(sorted: &[T], item: T, is_less: IsLess<'_, T>) -> Result<usize> {
    match sorted.first() {
        None => return Ok(0),
        Some(first) if is_less(item, *first)? => return Ok(0),
        Some(_) => {}
    }
    for (at, other) in sorted.iter().enumerate().rev() {
        if !is_less(item, *other)? {
            return Ok(at + 1);
        }
    }
    Ok(0)
}

fn merge<T: Copy>(left: &[T], right: &[T], is_less: IsLess<'_, T>) -> Result<Vec<T>> {
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left, right);
    while let (Some((low, lefts)), Some((high, rights))) = (left.split_first(), right.split_first())
    {
        if is_less(*high, *low)? {
            merged.push(*high);
            right = rights;
        } else {
            merged.push(*low);
            left = lefts;
        }
    }
    merged.extend_from_slice(left);
    merged.extend_from_slice(right);
    Ok(merged)
}

fn merge_from_the_end<T: Copy>(left: &[T], right: &[T], is_less: IsLess<'_, T>) -> Result<Vec<T>> {
    let mut reversed = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left, right);
    while let (Some((low, lefts)), Some((high, rights))) = (left.split_last(), right.split_last()) {
        if is_less(*high, *low)? {
            reversed.push(*low);
            left = lefts;
        } else {
            reversed.push(*high);
            right = rights;
        }
    }
    reversed.extend(right.iter().rev());
    reversed.extend(left.iter().rev());
    reversed.reverse();
    Ok(reversed)
}

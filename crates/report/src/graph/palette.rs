//! The colours of instances: eight that can be told apart on light and on dark ground.

const LIGHT: [&str; NUMBER] = [
    "#1f6feb", "#bf4b00", "#1a7f37", "#8250df", "#a0711c", "#bf3989", "#0a7d8c", "#6e7781",
];
const DARK: [&str; NUMBER] = [
    "#58a6ff", "#ff9b57", "#56d364", "#bc8cff", "#e3b341", "#ff80c8", "#4fd1e0", "#adb5bd",
];

/// How many there are.
pub(super) const NUMBER: usize = 8;

/// On light ground.
pub(super) fn light(instance: usize) -> &'static str {
    LIGHT[instance % NUMBER]
}

/// On dark ground.
pub(super) fn dark(instance: usize) -> &'static str {
    DARK[instance % NUMBER]
}

//! Looks for bytes in every file of a folder, in every dress they may wear. Also for the canaries in `tests/canary.rs`.

use std::path::Path;

/// The bytes themselves, and as UTF-16, escaped as in JSON, hexadecimal, and base64 in both alphabets at each of its three
/// alignments.
pub fn dresses(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let hex = akkoord::hex::encode(bytes);
    let mut all = vec![
        ("as it is", bytes.to_vec()),
        ("hex", hex.to_uppercase().into_bytes()),
        ("HEX", hex.into_bytes()),
    ];
    if let Ok(text) = std::str::from_utf8(bytes) {
        all.push(("utf-16 le", text.encode_utf16().flat_map(u16::to_le_bytes).collect()));
        all.push(("utf-16 be", text.encode_utf16().flat_map(u16::to_be_bytes).collect()));
        all.push(("escaped", escaped(text).into_bytes()));
    }
    for (alignment, name) in [
        (0, "base64"),
        (1, "base64 after one byte"),
        (2, "base64 after two bytes"),
    ] {
        let plain = base64_inside(bytes, alignment);
        let for_addresses = plain.iter().map(|character| match character {
            b'+' => b'-',
            b'/' => b'_',
            other => *other,
        });
        all.push(("base64url", for_addresses.collect()));
        all.push((name, plain));
    }
    all
}

/// As a careful writer of JSON puts it: ASCII only.
fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    text.encode_utf16().fold(String::new(), |mut escaped, unit| {
        match u8::try_from(unit).ok().filter(u8::is_ascii) {
            Some(ascii) => escaped.push(char::from(ascii)),
            None => write!(escaped, "\\u{unit:04x}").unwrap(),
        }
        escaped
    })
}

/// The characters of base64 that depend on these bytes alone when `before` other bytes come first.
fn base64_inside(bytes: &[u8], before: usize) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let shifted: Vec<u8> = std::iter::repeat_n(0, before).chain(bytes.iter().copied()).collect();
    let bits = |character: usize| {
        (0..6).fold(0, |value, bit| {
            let at = character * 6 + bit;
            value * 2 + usize::from(shifted[at / 8] >> (7 - at % 8) & 1)
        })
    };
    let first = (before * 8).div_ceil(6);
    (first..shifted.len() * 8 / 6)
        .map(|character| ALPHABET[bits(character)])
        .collect()
}

/// Every place in the folder where one of the things is found: file and dress.
pub fn find(folder: &Path, things: &[Vec<u8>]) -> Vec<String> {
    let needles: Vec<_> = things
        .iter()
        .enumerate()
        .flat_map(|(n, thing)| dresses(thing).into_iter().map(move |dress| (n, dress)))
        .collect();
    // By their first two bytes, so that a file is read once however many things are sought.
    let start = |bytes: &[u8]| usize::from(bytes[0]) << 8 | usize::from(bytes[1]);
    let mut starts = vec![Vec::<&(usize, (&str, Vec<u8>))>::new(); 1 << 16];
    for needle in &needles {
        starts[start(&needle.1.1)].push(needle);
    }
    let mut found = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let file = file.unwrap();
        let bytes = std::fs::read(file.path()).unwrap();
        for (at, window) in bytes.windows(2).enumerate() {
            for (n, (dress, needle)) in &starts[start(window)] {
                if bytes[at..].starts_with(needle) {
                    found.push(format!("thing {n} {dress} in {} at {at}", file.path().display()));
                }
            }
        }
    }
    found
}

/// The negative control: the scanner finds what is there, in each dress.
#[test]
fn the_scanner_finds_a_planted_canary_in_every_dress() {
    let canary = b"kanarie: blauwe fiets 4711".to_vec();
    for (name, bytes) in dresses(&canary) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join("file"),
            [b"before ".as_slice(), &bytes, b" after"].concat(),
        )
        .unwrap();
        let found = find(folder.path(), std::slice::from_ref(&canary));
        assert!(found.iter().any(|place| place.contains(name)), "{name}: {found:?}");
        assert_eq!(find(folder.path(), &[b"something else".to_vec()]), Vec::<String>::new());
    }
    assert_eq!(escaped("pië\u{1f426}t"), "pi\\u00eb\\ud83d\\udc26t");
    // Known answers, so that a wrong base64 does not hide behind itself.
    assert_eq!(base64_inside(b"Man", 0), b"TWFu");
    assert_eq!(base64_inside(b"Many hands", 1), b"1hbnkgaGFuZH");
    assert_eq!(base64_inside(b"Many hands", 2), b"NYW55IGhhbmRz");
}

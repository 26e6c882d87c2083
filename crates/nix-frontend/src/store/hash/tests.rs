use super::*;

const ABC: [(HashAlgorithm, &str, &str, &str); 4] = [
    (
        HashAlgorithm::Md5,
        "900150983cd24fb0d6963f7d28e17f72",
        "3jgzhjhz9zjvbb0kyj7jc500ch",
        "kAFQmDzST7DWlj99KOF/cg==",
    ),
    (
        HashAlgorithm::Sha1,
        "a9993e364706816aba3e25717850c26c9cd0d89d",
        "kpcd173cq987hw957sx6m0868wv3x6d9",
        "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=",
    ),
    (
        HashAlgorithm::Sha256,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "1b8m03r63zqhnjf7l5wnldhh7c134ap5vpj0850ymkq1iyzicy5s",
        "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
    ),
    (
        HashAlgorithm::Sha512,
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
         2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "2gs8k559z4rlahfx0y688s49m2vvszylcikrfinm30ly9rak69236nkam5ydvly1ai7xac99vxfc4ii84hawjbk876blyk1jfhkbbyx",
        "3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==",
    ),
];

#[test]
fn every_algorithm_is_spelt_in_every_format() {
    for (algorithm, base16, nix32, base64) in ABC {
        let hash = Hash::of(algorithm, b"abc");
        assert_eq!(hash.spell(HashFormat::Base16), base16);
        assert_eq!(hash.spell(HashFormat::Nix32), nix32);
        assert_eq!(hash.spell(HashFormat::Base64), base64);
        assert_eq!(
            hash.spell(HashFormat::Sri),
            format!("{}-{base64}", algorithm.name())
        );
        assert_eq!(
            hash.spell_with_algorithm(),
            format!("{}:{base16}", algorithm.name())
        );
    }
}

#[test]
fn every_spelling_is_read() {
    for (algorithm, base16, nix32, base64) in ABC {
        let hash = Ok(Hash::of(algorithm, b"abc"));
        for digits in [base16, nix32, base64] {
            assert_eq!(Hash::parse(digits.as_bytes(), Some(algorithm)), hash);
            let prefixed = format!("{}:{digits}", algorithm.name());
            assert_eq!(Hash::parse(prefixed.as_bytes(), None), hash);
        }
        let sri = format!("{}-{base64}", algorithm.name());
        assert_eq!(Hash::parse(sri.as_bytes(), None), hash);
        assert_eq!(Hash::parse(sri.as_bytes(), Some(algorithm)), hash);
        let unpadded = sri.trim_end_matches('=');
        assert_eq!(Hash::parse(unpadded.as_bytes(), None), hash);
        let upper = base16.to_uppercase();
        assert_eq!(Hash::parse(upper.as_bytes(), Some(algorithm)), hash);
    }
}

#[track_caller]
fn check_error(text: &str, algorithm: Option<HashAlgorithm>, expected: &str) {
    let error = Hash::parse(text.as_bytes(), algorithm).unwrap_err();
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_text_that_is_no_hash_is_refused() {
    check_error(
        "abc",
        None,
        "hash 'abc' does not include a type, nor is the type otherwise known from context",
    );
    check_error(
        "abc",
        Some(HashAlgorithm::Md5),
        "hash 'abc' has wrong length for hash algorithm 'md5'",
    );
    check_error(
        "md5:abc",
        None,
        "hash 'abc' has wrong length for hash algorithm 'md5'",
    );
    check_error(
        "md5-kAFQmDzST7DWlj99KOF/cg==",
        Some(HashAlgorithm::Sha1),
        "hash 'md5-kAFQmDzST7DWlj99KOF/cg==' should have type 'sha1'",
    );
    check_error(
        "md4:",
        None,
        "unknown hash algorithm 'md4', expect 'blake3', 'md5', 'sha1', 'sha256', or 'sha512'",
    );
    check_error(
        "md5-kAFQmDzST7",
        None,
        "invalid SRI hash 'kAFQmDzST7', length 7 != expected length 16",
    );
}

#[test]
fn digits_that_spell_nothing_are_refused() {
    check_error(
        "md5:9001509g3cd24fb0d6963f7d28e17f72",
        None,
        "invalid base16 hash '9001509g3cd24fb0d6963f7d28e17f72', length 0 != expected length 16",
    );
    check_error(
        "md5:3jgzhjhz9zjvbb0kyj7jc500ce",
        None,
        "invalid nix32 hash '3jgzhjhz9zjvbb0kyj7jc500ce', length 0 != expected length 16",
    );
    check_error(
        "md5:zjgzhjhz9zjvbb0kyj7jc500ch",
        None,
        "invalid nix32 hash 'zjgzhjhz9zjvbb0kyj7jc500ch', length 17 != expected length 16",
    );
}

#[test]
fn formats_have_names() {
    assert_eq!(HashFormat::parse(b"base32"), Ok(HashFormat::Nix32));
    assert_eq!(HashFormat::parse(b"sri"), Ok(HashFormat::Sri));
    assert_eq!(
        HashFormat::parse(b"base58").unwrap_err().to_string(),
        "unknown hash format 'base58', expect 'base16', 'base32', 'base64', or 'sri'"
    );
}

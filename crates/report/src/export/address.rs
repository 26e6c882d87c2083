//! `deploy.targetHost` in its parts: `[ssh://][user@]host[:port]`.

use std::net::IpAddr;

/// Where a machine is reached.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address {
    /// Who logs in.
    pub user: Option<String>,
    /// A name, or an address without brackets.
    pub host: String,
    /// Another port than the usual one.
    pub port: Option<u16>,
}

impl Address {
    /// Takes an address apart. None for what has no host, or one that no name or address looks like.
    pub fn parse(text: &str) -> Option<Address> {
        let text = text.strip_prefix("ssh://").unwrap_or(text);
        // clan takes options of ssh behind a question mark.
        let text = text.split(['?', '/']).next().unwrap_or(text);
        let (user, place) = match text.rsplit_once('@') {
            Some((user, place)) => (Some(user.to_owned()), place),
            None => (None, text),
        };
        let (host, port) = host_and_port(place)?;
        let is_plain = |text: &str| {
            let is_fit = |letter: char| letter.is_ascii_alphanumeric() || "._-:%".contains(letter);
            !text.is_empty() && text.chars().all(is_fit) && !text.starts_with('-')
        };
        let is_user_fit = user.as_deref().is_none_or(is_plain);
        (is_plain(&host) && is_user_fit).then_some(Address { user, host, port })
    }

    /// The host, if it is a number.
    pub fn number(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }
}

fn host_and_port(place: &str) -> Option<(String, Option<u16>)> {
    if let Some(rest) = place.strip_prefix('[') {
        let (host, behind) = rest.split_once(']')?;
        let port = match behind.strip_prefix(':') {
            Some(port) => Some(port.parse().ok()?),
            None => None,
        };
        return Some((host.to_owned(), port));
    }
    match place.split_once(':') {
        Some((host, port)) if !port.contains(':') => {
            Some((host.to_owned(), Some(port.parse().ok()?)))
        }
        _ => Some((place.to_owned(), None)),
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    fn parts(text: &str) -> Option<(Option<String>, String, Option<u16>)> {
        Address::parse(text).map(|address| (address.user, address.host, address.port))
    }

    #[test]
    fn addresses_have_users_and_ports() {
        let some = |user: &str, host: &str, port| {
            let user = Some(user.to_owned()).filter(|user| !user.is_empty());
            Some((user, host.to_owned(), port))
        };
        assert_eq!(parts("root@web.example"), some("root", "web.example", None));
        assert_eq!(parts("10.0.0.1:2222"), some("", "10.0.0.1", Some(2222)));
        assert_eq!(
            parts("ssh://a@[fe80::1%eth0]:22"),
            some("a", "fe80::1%eth0", Some(22))
        );
        assert_eq!(parts("2001:db8::1"), some("", "2001:db8::1", None));
        assert_eq!(
            parts("root@h?StrictHostKeyChecking=no"),
            some("root", "h", None)
        );
    }

    #[test]
    fn what_could_be_an_option_or_a_second_line_is_no_address() {
        for text in [
            "",
            "root@",
            "-oProxyCommand=x",
            "a b",
            "a\nb",
            "h:port",
            "$(x)",
        ] {
            assert_eq!(parts(text), None, "{text}");
        }
    }
}

//! Where this house stands: its own address, its files, and whether it is a demonstration.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// The settings of the door.
#[derive(Clone, Debug)]
pub struct Config {
    /// The one address people type, or the demonstration.
    pub place: Place,
    /// The folder with the app for the browser and the public files.
    pub site: PathBuf,
    /// How many proxies of our own stand in front, each of which adds the address it saw to `X-Forwarded-For`. With none that
    /// header is anybody's word and is not read.
    pub behind_proxy: usize,
}

/// Which addresses are ours.
#[derive(Clone, Debug)]
pub enum Place {
    /// One public origin.
    Public(PublicOrigin),
    /// Fictional people on this machine only.
    Demo(Demo),
}

/// The demonstration: every seat on a name of its own, so that one browser holds them all.
#[derive(Clone, Debug)]
pub struct Demo {
    /// The port it listens on.
    pub port: u16,
    /// Which account sits at which name: `vt` for `vt.demo.localhost`. Opening a page there signs that account in.
    pub seats: BTreeMap<String, String>,
}

/// `https://akkoord.example`: scheme, host and, if it is not the usual one, port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicOrigin(String);

/// Why this is no origin to serve at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Passwords and cookies must not travel in the open.
    #[error("het adres moet met https:// beginnen (http:// alleen voor localhost)")]
    NotSecure,
    /// More or less than scheme, host and port.
    #[error("het adres is niet meer dan https://naam of https://naam:poort")]
    NotAnOrigin,
}

impl FromStr for PublicOrigin {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.strip_suffix('/').unwrap_or(text).to_ascii_lowercase();
        let (scheme, authority) = text.split_once("://").ok_or(ConfigError::NotAnOrigin)?;
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse::<u16>().map_err(|_| ConfigError::NotAnOrigin)?)),
            None => (authority, None),
        };
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        if host.is_empty() || !host.chars().all(fits) {
            return Err(ConfigError::NotAnOrigin);
        }
        let usual = match (scheme, host) {
            ("https", _) => 443,
            ("http", "localhost" | "127.0.0.1") => 80,
            _ => return Err(ConfigError::NotSecure),
        };
        // A browser leaves the usual port out of the header we compare with.
        let port = port
            .filter(|port| *port != usual)
            .map(|port| format!(":{port}"))
            .unwrap_or_default();
        Ok(Self(format!("{scheme}://{host}{port}")))
    }
}

impl fmt::Display for PublicOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Config {
    /// The demonstration, if this is one.
    pub fn demo(&self) -> Option<&Demo> {
        match &self.place {
            Place::Demo(demo) => Some(demo),
            Place::Public(_) => None,
        }
    }

    /// Whether a request that says it comes from a page of `origin`, sent to `host`, comes from one of our own pages.
    pub fn is_own(&self, origin: &str, host: Option<&str>) -> bool {
        match &self.place {
            Place::Public(own) => origin == own.0,
            // The page of one seat must not speak for another: the origin is the very host that was asked.
            Place::Demo(demo) => {
                host.is_some_and(|host| demo.is_host(host) && origin.strip_prefix("http://") == Some(host))
            }
        }
    }

    /// Whether a request for this host is meant for us. Behind a proxy any name may be used; the demonstration, where nobody
    /// needs a password, answers to its own names only, so that no website can have its name point here.
    pub fn answers_to(&self, host: Option<&str>) -> bool {
        self.demo()
            .is_none_or(|demo| host.is_some_and(|host| demo.is_host(host)))
    }

    /// Whether browsers are told to come by https only.
    pub fn is_https(&self) -> bool {
        matches!(&self.place, Place::Public(origin) if origin.0.starts_with("https://"))
    }
}

impl Demo {
    fn is_host(&self, host: &str) -> bool {
        let Some((name, port)) = host.rsplit_once(':') else {
            return false;
        };
        port.parse() == Ok(self.port)
            && !port.starts_with(['0', '+'])
            && (matches!(name, "localhost" | "127.0.0.1" | "[::1]" | "demo.localhost") || seat_label(name).is_some())
    }

    /// Which account sits at this host.
    pub fn account_at(&self, host: &str) -> Option<&str> {
        let (name, _) = host.rsplit_once(':')?;
        self.seats.get(seat_label(name)?).map(String::as_str)
    }
}

/// `vt` of `vt.demo.localhost`.
fn seat_label(name: &str) -> Option<&str> {
    let label = name.strip_suffix(".demo.localhost")?;
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (!label.is_empty() && label.chars().all(fits)).then_some(label)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        for (text, origin) in [
            ("https://akkoord.example", "https://akkoord.example"),
            ("https://Akkoord.Example/", "https://akkoord.example"),
            ("https://akkoord.example:443", "https://akkoord.example"),
            ("https://akkoord.example:8443", "https://akkoord.example:8443"),
            ("http://localhost:8080", "http://localhost:8080"),
        ] {
            assert_eq!(text.parse::<PublicOrigin>().unwrap().to_string(), origin);
        }
        for text in [
            "http://akkoord.example",
            "http://localhost.example",
            "ftp://akkoord.example",
        ] {
            assert_eq!(text.parse::<PublicOrigin>(), Err(ConfigError::NotSecure), "{text}");
        }
        for text in [
            "akkoord.example",
            "https://",
            "https://a/b",
            "https://a:b",
            "https://u@a",
            "https://*.a",
            "https://a:99999",
        ] {
            assert_eq!(text.parse::<PublicOrigin>(), Err(ConfigError::NotAnOrigin), "{text}");
        }
    }

    #[test]
    fn a_seat_of_the_demonstration_speaks_for_itself_only() {
        let seats = [("vt".to_owned(), "bakker".to_owned())].into();
        let place = Place::Demo(Demo { port: 3000, seats });
        let config = Config {
            place,
            site: PathBuf::new(),
            behind_proxy: 0,
        };
        for host in [
            "localhost:3000",
            "127.0.0.1:3000",
            "[::1]:3000",
            "demo.localhost:3000",
            "vt.demo.localhost:3000",
        ] {
            assert!(config.is_own(&format!("http://{host}"), Some(host)), "{host}");
        }
        for (origin, host) in [
            ("http://om.demo.localhost:3000", "vt.demo.localhost:3000"),
            ("https://vt.demo.localhost:3000", "vt.demo.localhost:3000"),
            ("http://vt.demo.localhost:3001", "vt.demo.localhost:3001"),
            ("http://evil.example:3000", "evil.example:3000"),
            ("http://a.b.demo.localhost:3000", "a.b.demo.localhost:3000"),
            (
                "http://vt.demo.localhost.evil.example:3000",
                "vt.demo.localhost.evil.example:3000",
            ),
            ("http://vt.demo.localhost", "vt.demo.localhost"),
        ] {
            assert!(!config.is_own(origin, Some(host)), "{origin} at {host}");
        }
        let demo = config.demo().unwrap();
        assert_eq!(demo.account_at("vt.demo.localhost:3000"), Some("bakker"));
        assert_eq!(demo.account_at("om.demo.localhost:3000"), None);
        assert_eq!(demo.account_at("localhost:3000"), None);
    }
}

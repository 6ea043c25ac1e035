//! A name of its own for every seat, so that one browser holds them all: a cookie belongs to one host.

use std::net::SocketAddr;

use super::DemoFault;

/// The host under which the seats have their names. `localhost` and everything under it is this machine (RFC 6761).
pub const HOST: &str = "demo.localhost";

/// The accounts that have a host of their own, in the order in which a page shows them.
pub const SEATS: [&str; 7] = ["om", "vt", "politie", "rvdk", "reclassering", "shn", "gemeente"];

/// The account that a visitor of this host is signed in as: `vt` for `vt.demo.localhost:3000`.
pub fn seat_of_host(host: &str) -> Option<&'static str> {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let seat = name.strip_suffix(HOST)?.strip_suffix('.')?;
    SEATS.into_iter().find(|known| known.eq_ignore_ascii_case(seat))
}

/// Refuses an address that others can reach: whoever opens a seat sits in it, without a password.
pub fn on_this_machine(address: SocketAddr) -> Result<(), DemoFault> {
    if address.ip().is_loopback() {
        Ok(())
    } else {
        Err(DemoFault::NotOnThisMachine(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_seat_only_under_our_own_name() {
        for (host, seat) in [
            ("vt.demo.localhost:3000", Some("vt")),
            ("vt.demo.localhost", Some("vt")),
            ("VT.demo.localhost", Some("vt")),
            ("demo.localhost:3000", None),
            ("localhost:3000", None),
            ("beheer.demo.localhost", None),
            ("vt.demo.localhost.elders.example", None),
            ("vtdemo.localhost", None),
            ("x.vt.demo.localhost", None),
            ("vt.demo.localhost:3000:x", None),
            ("", None),
        ] {
            assert_eq!(seat_of_host(host), seat, "{host}");
        }
    }

    #[test]
    fn an_address_that_others_can_reach_is_refused_with_a_plain_sentence() {
        for (address, allowed) in [
            (SocketAddr::from(([127, 0, 0, 1], 3000)), true),
            (SocketAddr::from(([127, 8, 8, 8], 3000)), true),
            (SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], 3000)), true),
            (SocketAddr::from(([0, 0, 0, 0], 3000)), false),
            (SocketAddr::from(([10, 0, 0, 7], 3000)), false),
            (SocketAddr::from(([0; 8], 3000)), false),
        ] {
            let answer = on_this_machine(address);
            assert_eq!(answer.is_ok(), allowed, "{address}");
            assert!(
                answer
                    .err()
                    .is_none_or(|fault| fault.to_string().contains("only listens on this machine"))
            );
        }
    }
}

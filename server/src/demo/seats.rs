//! A name of its own for every seat, so that one browser holds them all: a cookie belongs to one host.

use std::net::SocketAddr;

use super::DemoFault;
use crate::http::Demo;

/// The accounts that have a host of their own (`vt.demo.localhost`), in the order in which a page shows them.
pub const SEATS: [&str; 7] = ["om", "vt", "politie", "rvdk", "reclassering", "shn", "gemeente"];

/// The seats, each at the name of its account.
pub fn at_port(port: u16) -> Demo {
    Demo {
        port,
        seats: SEATS
            .into_iter()
            .map(|seat| (seat.to_owned(), seat.to_owned()))
            .collect(),
    }
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
                    .is_none_or(|fault| fault.to_string().contains("alleen op deze machine"))
            );
        }
    }

    #[test]
    fn every_seat_is_found_at_its_own_name() {
        let demo = at_port(3000);
        for seat in SEATS {
            assert_eq!(demo.account_at(&format!("{seat}.demo.localhost:3000")), Some(seat));
        }
    }
}

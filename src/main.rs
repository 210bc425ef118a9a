//! The binary: arguments, run, exit status.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use portolan::cli::Cli;
use portolan::run::{Outcome, answer, run};

fn main() -> ExitCode {
    match Cli::read().map_or_else(|instead| answer(&instead), run) {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(1),
        Ok(Outcome::Incomplete) => ExitCode::from(2),
        Err(error) => {
            portolan::tell(&format!("error: {error:#}\n"));
            ExitCode::from(2)
        }
    }
}

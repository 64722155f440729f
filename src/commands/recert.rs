//! `ce-portal recert`: asks the rules about a record, without a database.

use ce_domain::recert::case::{Case, answer};
use ce_domain::recert::{Rules, explain};
use ce_portal::server::start;
use clap::Args;
use std::io::{BufRead, BufWriter, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// What a record is asked.
#[derive(Args)]
pub struct RecertArgs {
    /// A case a line; an outcome, or a refusal, a line
    #[arg(long, conflicts_with = "explain")]
    jsonl: bool,
    /// Say for a person what happened, and why
    #[arg(long)]
    explain: bool,
}

/// Reads cases from standard input and writes what they come to. A record that is refused ends with status 2.
///
/// # Errors
/// What is wrong with the program file, or with reading and writing.
pub fn run(args: &RecertArgs, program: Option<PathBuf>) -> Result<ExitCode, String> {
    let (program, _) = start::program(program.as_deref())?;
    let rules = Rules::of(&program);
    let io = |error: std::io::Error| format!("standard input or output failed: {error}");
    let mut out = BufWriter::new(std::io::stdout().lock());
    if args.jsonl {
        for line in std::io::stdin().lock().lines() {
            let line = line.map_err(io)?;
            if !line.trim().is_empty() {
                writeln!(out, "{}", answer(&rules, &line)).map_err(io)?;
            }
        }
        out.flush().map_err(io)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut text = String::new();
    std::io::stdin().lock().read_to_string(&mut text).map_err(io)?;
    let asked = Case::read(&rules, &text).and_then(|case| explain(&case.rules, &case.record, case.as_of));
    let (text, code) = match asked {
        Ok(explanation) if args.explain => (explanation.text(&program), ExitCode::SUCCESS),
        Ok(explanation) => (json(&explanation.outcome)?, ExitCode::SUCCESS),
        Err(refusal) if args.explain => (format!("Refused: {refusal}"), ExitCode::from(2)),
        Err(refusal) => (json(&refusal)?, ExitCode::from(2)),
    };
    writeln!(out, "{}", text.trim_end()).map_err(io)?;
    out.flush().map_err(io)?;
    Ok(code)
}

fn json(value: &impl serde::Serialize) -> Result<String, String> {
    serde_json::to_string_pretty(value).map_err(|error| error.to_string())
}

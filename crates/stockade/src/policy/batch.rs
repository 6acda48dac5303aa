//! `stockade policy batch`: one JSON query a line, one JSON answer a line. The contract is `docs/policy-batch.md`.

use super::{catalogue, estate, query, symbolic};
use anyhow::{Context as _, Result};
use serde_json::{Value as Json, json};
use std::io::{BufRead as _, Write as _};
use stockade_iam::Catalogue;

/// Answers standard input line by line.
pub(super) fn run(catalogue: &Catalogue) -> Result<u8> {
    let stdin = std::io::stdin().lock();
    let mut stdout = std::io::BufWriter::new(std::io::stdout().lock());
    let mut session = Session::new(catalogue);
    for line in stdin.split(b'\n') {
        let line = line.context("cannot read standard input")?;
        let answer = session.answer_line(&line);
        let written = serde_json::to_writer(&mut stdout, &answer)
            .map_err(std::io::Error::from)
            .and_then(|()| stdout.write_all(b"\n"))
            .and_then(|()| stdout.flush());
        match written {
            // A reader that closed the pipe has seen enough.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(0),
            other => other.context("cannot write to standard output")?,
        }
    }
    Ok(0)
}

/// What queries share: the catalogue of actions, and the estate that the last one was about.
pub(super) struct Session<'c> {
    catalogue: &'c Catalogue,
    estates: estate::Cache,
}

impl<'c> Session<'c> {
    pub(super) fn new(catalogue: &'c Catalogue) -> Self {
        Self { catalogue, estates: estate::Cache::default() }
    }

    fn answer_line(&mut self, line: &[u8]) -> Json {
        let query: Json = match serde_json::from_slice(line) {
            Ok(query) => query,
            Err(error) => return json!({"id": null, "error": format!("the line is no JSON: {error}")}),
        };
        let id = query.get("id").cloned().unwrap_or(Json::Null);
        // A fault of ours in one answer must not cost the answers to other lines.
        let answer = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.answer(&query)));
        match answer.unwrap_or_else(|_| Err("the question could not be answered: a fault in stockade".into()))
        {
            Ok(mut answer) => {
                if let Json::Object(fields) = &mut answer {
                    fields.shift_insert(0, "id".into(), id);
                }
                answer
            }
            Err(error) => json!({"id": id, "error": error}),
        }
    }

    /// Answers one query.
    pub(super) fn answer(&mut self, query: &Json) -> Result<Json, String> {
        if !query.is_object() {
            return Err("a query is a JSON object".into());
        }
        match query::text(query, "verb")? {
            "evaluate" => symbolic::evaluate(query),
            "compare" => symbolic::compare(query, self.catalogue),
            "grants" => symbolic::grants(query),
            "public" => symbolic::public(query),
            "findings" => symbolic::findings(query),
            "lint" => catalogue::lint(query, self.catalogue),
            "generate" => catalogue::generate(query, self.catalogue),
            "event_action" => catalogue::event_action(query, self.catalogue),
            "can" => estate::can(query, &mut self.estates),
            "effective_admin" => estate::effective_admin(query, &mut self.estates),
            "escalate" => estate::escalate(query, &mut self.estates),
            "blast_radius" => estate::blast_radius(query, &mut self.estates),
            other => Err(format!("there is no verb `{other}`")),
        }
    }
}

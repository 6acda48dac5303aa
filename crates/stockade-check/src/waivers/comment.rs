//! `# stockade: waive EP-01 until 2027-03-01 -- reason`: holds for the line that it ends, or for the line after it, and
//! for everything that is indented below.

use super::covered::block;
use super::{Scope, Waiver, Written, controls};
use stockade_model::{Place, Waived, WaiverSource};
use stockade_syntax::{Comment, Document, Source};

const FORM: &str = "write `# stockade: waive EP-01 until 2027-03-01 -- reason`";

pub(super) fn collect(source: &Source, document: &Document, written: &mut Vec<Written>) {
    for comment in &document.comments {
        let Some(text) = comment.text.trim().strip_prefix("stockade:") else { continue };
        let place = Place { file: source.id, span: comment.span };
        written.push(match read(text, source, comment) {
            Ok(waiver) => Written::Waiver(waiver),
            Err(message) => Written::Faulty(place, message),
        });
    }
}

fn read(text: &str, source: &Source, comment: &Comment) -> Result<Waiver, String> {
    let place = Place { file: source.id, span: comment.span };
    let Some(rest) = text.trim().strip_prefix("waive ") else {
        return Err(format!("not understood: {FORM}"));
    };
    let Some((what, reason)) = rest.split_once("--").filter(|(_, reason)| !reason.trim().is_empty()) else {
        return Err(format!("the waiver has no reason and waives nothing: {FORM}"));
    };
    let (names, until) = match what.split_once(" until ") {
        Some((names, day)) => {
            let text = day.trim();
            let faulty = || format!("`{text}` is no day, so it waives nothing: {FORM}");
            (names, Some(super::day(text).ok_or_else(faulty)?))
        }
        None => (what, None),
    };
    let names = names.split([',', ' ']).filter(|name| !name.is_empty());
    let controls = controls(names)?;
    if controls.is_empty() {
        return Err(format!("the waiver names no control: {FORM}"));
    }
    let span = block(source, comment.span.start);
    Ok(Waiver {
        controls,
        scope: Scope::Part(Place { file: source.id, span }),
        waived: Waived { reason: reason.trim().to_owned(), until, source: WaiverSource::Comment, place },
    })
}

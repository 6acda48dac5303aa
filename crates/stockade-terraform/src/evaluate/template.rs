//! Strings with parts put in.

use super::{Evaluated, Failure, Frame};
use crate::functions::ModuleFiles as _;
use crate::instance::ModuleInstance;
use crate::syntax::{Expr, Part, template};
use crate::value::{Kind, Type, Value};
use camino::Utf8Path;
use stockade_model::{Origin, Piece, Place, Text};

impl ModuleInstance<'_> {
    pub(super) fn template(&self, parts: &[Part], place: Place, frame: &Frame<'_>) -> Evaluated {
        match parts {
            // A string that is one interpolation has the type of what it interpolates.
            [Part::Interpolation(inner)] => self.evaluate(inner, frame),
            [Part::Literal(text)] => Ok(Value::string(text.clone(), Origin::at(place))),
            parts => {
                let (mut text, mut sensitive) = (Text::default(), false);
                self.render(parts, &mut text, &mut sensitive, place, frame)?;
                Ok(Value::text(text, Origin::at(place)).hidden(sensitive))
            }
        }
    }

    fn render(
        &self,
        parts: &[Part],
        out: &mut Text,
        sensitive: &mut bool,
        place: Place,
        frame: &Frame<'_>,
    ) -> Result<(), Failure> {
        for part in parts {
            let literals = out.pieces().iter().map(|piece| match piece {
                Piece::Literal(literal) => literal.len(),
                Piece::Symbol(_) => 1,
            });
            // Each part is added to a copy of what is there.
            self.evaluation.work(literals.sum::<usize>() / 64, place)?;
            match part {
                Part::Literal(text) => out.push_str(text),
                Part::Interpolation(expr) => {
                    let value = self.evaluate(expr, frame)?;
                    *sensitive |= value.sensitive;
                    match value.to_text() {
                        Some(text) => out.push(&text),
                        None if matches!(value.kind, Kind::Number(_)) => {
                            let message = "the number has more digits than are computed";
                            return Err(Failure::not_known(expr.place, message));
                        }
                        None => {
                            let message = format!("{} cannot be put into a string", value.type_name());
                            return Err(Failure::refused(expr.place, message));
                        }
                    }
                }
                Part::If(condition, then, otherwise) => {
                    let condition = self.evaluate_as(condition, &Type::Bool, frame)?;
                    *sensitive |= condition.sensitive;
                    match condition.as_bool() {
                        Some(true) => self.render(then, out, sensitive, place, frame)?,
                        Some(false) => self.render(otherwise, out, sensitive, place, frame)?,
                        None => out.push_symbol(self.opaque("%{if}", place, &[&condition])),
                    }
                }
                Part::For { key, value, collection, parts } => {
                    let gone_through = self.evaluate(collection, frame)?;
                    *sensitive |= gone_through.sensitive;
                    let (pairs, open) = self.pairs(&gone_through, collection.place)?;
                    for (index, item) in pairs {
                        let mut names = vec![(value.clone(), item)];
                        names.extend(key.iter().map(|key| (key.clone(), index.clone())));
                        self.render(parts, out, sensitive, place, &frame.with(names))?;
                    }
                    if open.is_some() {
                        out.push_symbol(self.opaque("%{for}", place, &[&gone_through]));
                    }
                }
            }
        }
        Ok(())
    }

    /// `templatefile(path, variables)`.
    pub(super) fn template_file(&self, arguments: &[Expr], place: Place, frame: &Frame<'_>) -> Evaluated {
        let [path, variables] = arguments else {
            return Err(Failure::refused(place, "`templatefile` takes a path and an object"));
        };
        let path = self.evaluate_as(path, &Type::String, frame)?;
        let variables = self.evaluate(variables, frame)?;
        let Some(path) = path.as_str() else {
            let symbol = self.opaque("templatefile", place, &[&path, &variables]);
            return Ok(Value::unknown(symbol, Type::String, Origin::at(place)));
        };
        let bytes = self.read(Utf8Path::new(path)).map_err(|cause| {
            Failure::not_known(place, format!("cannot read the template `{path}`: {cause}"))
        })?;
        let text = String::from_utf8(bytes)
            .map_err(|_| Failure::refused(place, format!("the template `{path}` is not UTF-8 text")))?;
        self.template_of(&text, variables, place)
    }

    /// `templatestring(template, variables)`.
    pub(super) fn template_string(&self, arguments: &[Expr], place: Place, frame: &Frame<'_>) -> Evaluated {
        let [text, variables] = arguments else {
            return Err(Failure::refused(place, "`templatestring` takes a template and an object"));
        };
        let text = self.evaluate_as(text, &Type::String, frame)?;
        let variables = self.evaluate(variables, frame)?;
        match text.as_str() {
            Some(known) => Ok(self.template_of(known, variables, place)?.hidden(text.sensitive)),
            None => {
                let symbol = self.opaque("templatestring", place, &[&text, &variables]);
                Ok(Value::unknown(symbol, Type::String, Origin::at(place)))
            }
        }
    }

    fn template_of(&self, text: &str, variables: Value, place: Place) -> Evaluated {
        let parts = template(text, place).map_err(|error| Failure::refused(place, error.message))?;
        let names = match &variables.kind {
            Kind::Mapping(mapping) if mapping.open.is_none() => {
                mapping.entries.iter().map(|(name, entry)| (name.clone(), entry.value.clone())).collect()
            }
            Kind::Mapping(_) | Kind::Unknown(..) => {
                let symbol = self.opaque("templatefile", place, &[&variables]);
                return Ok(Value::unknown(symbol, Type::String, Origin::at(place)));
            }
            _ => return Err(Failure::refused(place, "the variables of a template must be an object")),
        };
        let value = self.template(&parts, place, &Frame::closed(names))?;
        Ok(value.hidden(variables.sensitive))
    }
}

//! The words of a page in those of the source that a finding is about.
//!
//! A page names properties and types in CloudFormation's words, in braces: `{ReservedConcurrentExecutions}` is a property of
//! the subject, `{SQS::Queue.VisibilityTimeout}` one of another type, `{Lambda::CodeSigningConfig}` a type,
//! `{AuthType: AWS_IAM}` a property with a value. Names in lower case are arguments of the message.

use stockade_model::{Language, Raise, Resource, Subject};

/// How the source of a subject spells what a page names.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wording<'a> {
    raise: Option<&'a dyn Raise>,
    /// The type of which plain properties are, where that is not the resource's own.
    type_name: Option<&'a str>,
}

impl<'a> Wording<'a> {
    /// The words of a subject's source. `resource` is the subject, or any of its deployment where the subject is none.
    #[must_use]
    pub fn of(subject: &'a Subject, resource: Option<&'a Resource>) -> Self {
        let is_its_own = resource.is_some_and(|resource| resource.type_name == subject.type_name);
        let type_name = (!is_its_own).then_some(subject.type_name.as_str());
        Self { raise: resource.map(|resource| resource.raise), type_name }
    }

    /// The language that the subject is written in; CloudFormation if there is no subject.
    #[must_use]
    pub fn language(&self) -> Language {
        self.raise.map_or(Language::CloudFormation, |raise| raise.language())
    }

    /// A page's text with what it names put in.
    #[must_use]
    pub fn fill(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, (name, after))) =
            rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
        {
            out.push_str(before);
            match name.starts_with(|first: char| first.is_ascii_uppercase()) {
                true => out.push_str(&self.spell(name)),
                false => out.push_str(&format!("{{{name}}}")),
            }
            rest = after;
        }
        out + rest
    }

    fn spell(&self, name: &str) -> String {
        let (name, value) = name.split_once(": ").map_or((name, None), |(name, value)| (name, Some(value)));
        let (type_name, property) = match name.split_once("::") {
            // The type's name has a dot only before the property.
            Some(_) => name.split_once('.').map_or((Some(name), None), |(of, name)| (Some(of), Some(name))),
            None => (None, Some(name)),
        };
        let type_name = type_name.map(|name| format!("AWS::{name}"));
        let spelled = match (self.raise, type_name.as_deref(), property) {
            (Some(raise), Some(type_name), Some(property)) => raise.spell_of(type_name, property),
            (Some(raise), Some(type_name), None) => raise.spell_type(type_name),
            (Some(raise), None, Some(property)) => match self.type_name {
                Some(type_name) => raise.spell_of(type_name, property),
                None => raise.spell(property),
            },
            (None, Some(type_name), None) => type_name.into(),
            (_, _, property) => property.unwrap_or_default().into(),
        };
        match (value, self.raise) {
            (Some(value), Some(raise)) => raise.assign(&spelled, value),
            (Some(value), None) => format!("{spelled}: {value}"),
            (None, _) => spelled.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_subject_the_words_are_those_of_cloudformation() {
        let text =
            "set `{AuthType: AWS_IAM}` on `{name}`, or `{SQS::Queue.RedrivePolicy}` of an `{SQS::Queue}`";
        let filled = "set `AuthType: AWS_IAM` on `{name}`, or `RedrivePolicy` of an `AWS::SQS::Queue`";
        assert_eq!(Wording::default().fill(text), filled);
        assert_eq!(Wording::default().fill("an open { brace"), "an open { brace");
    }
}

//! `Rules`: what a template allows its parameters to be (CloudFormation User Guide, "CloudFormation template Rules
//! syntax"; Template Reference, "Rule-specific intrinsic functions").

use crate::scope::same;
use crate::{Expr, Scope};
use stockade_model::{Kind, Kleene, Value};

impl Scope<'_> {
    /// Whether an assertion of a rule that applies is false for certain: CloudFormation then creates nothing.
    #[must_use]
    pub fn violates_rules(&self) -> bool {
        let rules = self.template.root.get("Rules").map(Expr::entries).unwrap_or_default();
        rules.iter().any(|rule| {
            let applies =
                rule.value.get("RuleCondition").map_or(Kleene::True, |condition| self.rule(condition));
            let assertions = rule.value.get("Assertions").map(Expr::items).unwrap_or_default();
            let asserts = assertions.iter().filter_map(|assertion| assertion.get("Assert"));
            applies.is_true()
                && asserts.fold(Kleene::True, |all, assert| all.and(self.rule(assert))).is_false()
        })
    }

    /// The outcome of a rule's expression.
    fn rule(&self, expr: &Expr) -> Kleene {
        let Some((function, argument)) = expr.intrinsic() else {
            return expr.as_bool().map_or(Kleene::Unknown, Kleene::from);
        };
        let arguments = argument.items();
        match (function, arguments) {
            ("Fn::And", _) => arguments.iter().fold(Kleene::True, |all, inner| all.and(self.rule(inner))),
            ("Fn::Or", _) => arguments.iter().fold(Kleene::False, |any, inner| any.or(self.rule(inner))),
            ("Fn::Not", [inner]) => !self.rule(inner),
            ("Fn::Equals", [left, right]) => match (self.evaluate(left), self.evaluate(right)) {
                (Some(left), Some(right)) => same(&left, &right),
                _ => Kleene::Unknown,
            },
            ("Fn::Contains", [list, text]) => match self.evaluate(text) {
                Some(text) => self.members(list).contain(&text),
                None => Kleene::Unknown,
            },
            ("Fn::EachMemberEquals", [list, text]) => match self.evaluate(text) {
                Some(text) => self.members(list).all(|member| same(member, &text)),
                None => Kleene::Unknown,
            },
            ("Fn::EachMemberIn", [list, allowed]) => {
                let allowed = self.members(allowed);
                self.members(list).all(|member| allowed.contain(member))
            }
            _ => Kleene::Unknown,
        }
    }

    /// The members of a list. `Fn::RefAll` gives the values of all parameters of a type; `Fn::ValueOf` and
    /// `Fn::ValueOfAll` ask for attributes of things that only the account knows.
    fn members(&self, expr: &Expr) -> Members {
        let values = match expr.intrinsic() {
            Some(("Fn::RefAll", type_name)) => {
                let Some(type_name) = type_name.as_str() else { return Members::default() };
                let declared =
                    self.template.parameters.iter().filter(|(_, parameter)| parameter.type_name == type_name);
                declared.filter_map(|(name, _)| self.parameter(name).cloned()).collect()
            }
            Some(("Fn::ValueOf" | "Fn::ValueOfAll", _)) => return Members::default(),
            _ => self.evaluate(expr).into_iter().collect::<Vec<_>>(),
        };
        let mut members = Members { known: Vec::new(), complete: true };
        for value in values {
            match value.kind {
                Kind::List(list) => {
                    members.complete &= list.open.is_none();
                    members.known.extend(list.items);
                }
                // A symbol of a parameter of a scalar type is one text; of a list's, any number of them.
                Kind::Unknown(_) if !matches!(expr.intrinsic(), Some(("Fn::RefAll", _))) => {
                    members.complete = false
                }
                _ => members.known.push(value),
            }
        }
        members
    }
}

/// Members of a list, and whether they are all.
#[derive(Default)]
struct Members {
    known: Vec<Value>,
    complete: bool,
}

impl Members {
    fn contain(&self, text: &Value) -> Kleene {
        let rest = if self.complete { Kleene::False } else { Kleene::Unknown };
        self.known.iter().fold(rest, |any, member| any.or(same(member, text)))
    }

    fn all(&self, holds: impl Fn(&Value) -> Kleene) -> Kleene {
        let rest = if self.complete { Kleene::True } else { Kleene::Unknown };
        self.known.iter().fold(rest, |all, member| all.and(holds(member)))
    }
}

#[cfg(test)]
mod tests {
    use crate::{Assignment, Environment, Scope, Template, tag_meaning};
    use stockade_model::Choice;
    use stockade_syntax::{FileId, Source, parse};

    const TEMPLATE: &str = r"
Parameters:
  Stage: {Type: String, AllowedValues: [test, prod]}
  Size: {Type: String, Default: small}
  Names: {Type: CommaDelimitedList, Default: 'a,b'}
  Vpc: {Type: 'AWS::EC2::VPC::Id'}
  OtherVpc: {Type: 'AWS::EC2::VPC::Id'}
Rules:
  Production:
    RuleCondition: !Equals [!Ref Stage, prod]
    Assertions:
      - Assert: !Contains [[large, huge], !Ref Size]
        AssertDescription: production needs room
  Names:
    Assertions:
      - Assert: !EachMemberIn [!Ref Names, [a, b, c]]
      - Assert: !Not [!EachMemberEquals [!Ref Names, c]]
  Networks:
    Assertions:
      - Assert: !EachMemberEquals [Fn::RefAll: 'AWS::EC2::VPC::Id', vpc-1]
      - Assert: !EachMemberIn [Fn::ValueOfAll: ['AWS::EC2::VPC::Id', Tags.Team], [x]]
Resources:
  Q: {Type: 'AWS::SQS::Queue'}
";

    fn violates(choices: &[(&str, &str)]) -> bool {
        let document = parse(&Source::new(FileId(0), "t.yaml", TEMPLATE), tag_meaning).unwrap();
        let template = Template::read(&document).unwrap();
        let parameters =
            choices.iter().map(|(name, value)| ((*name).into(), Choice::Value((*value).into()))).collect();
        let assignment = Assignment { parameters, ..Assignment::default() };
        let environment = Environment::of_region("us-east-1");
        Scope::root(&template, &environment, &assignment).violates_rules()
    }

    #[test]
    fn a_rule_is_violated_only_for_certain() {
        assert!(!violates(&[]), "the stage is not known");
        assert!(!violates(&[("Stage", "test")]));
        assert!(violates(&[("Stage", "prod")]), "the default size is small");
        assert!(!violates(&[("Stage", "prod"), ("Size", "huge")]));
        assert!(violates(&[("Names", "a,d")]));
        assert!(violates(&[("Names", "c")]));
        assert!(!violates(&[("Vpc", "vpc-1")]), "the other one is not known");
        assert!(violates(&[("Vpc", "vpc-2")]));
    }
}

use super::policy::Policy;
use crate::model::Model;
use crate::source::{Sources, Span};
use crate::sql::binding::Binding;

/// A project at one moment, as governance sees it: one of the two that a change lies between.
pub struct Side<'s> {
    /// The project's name, of etalon.yaml.
    pub project: &'s str,
    /// What to call the moment: a revision, or `now`.
    pub when: String,
    pub model: &'s Model,
    /// The texts that the model's places point into.
    pub sources: &'s Sources,
    /// Every comment of the definitions.
    pub comments: &'s [Span],
    /// In the order of etalon.yaml.
    pub warehouses: Vec<Bound<'s>>,
    pub policy: &'s Policy,
    /// The text of `allowed_signers` beside etalon.yaml, if there is one.
    pub signers: Option<&'s str>,
}

impl<'s> Side<'s> {
    /// Of definitions alone: no warehouse, no key, no comment, and nothing that the policy asks for.
    pub fn of_definitions(model: &'s Model, sources: &'s Sources) -> Side<'s> {
        static NO_POLICY: Policy = Policy::NONE;
        Side {
            project: "",
            when: "now".to_owned(),
            model,
            sources,
            comments: &[],
            warehouses: Vec::new(),
            policy: &NO_POLICY,
            signers: None,
        }
    }
}

/// A warehouse, and what it calls things.
#[derive(Clone, Copy)]
pub struct Bound<'s> {
    pub name: &'s str,
    pub dialect: &'s str,
    pub binding: &'s Binding,
}

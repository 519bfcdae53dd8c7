use std::fmt::Write;

/// A piece of SQL and how tightly it holds together, so that parentheses stand only where they are needed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Words {
    pub text: String,
    pub binding: Binding,
}

/// From loosest to tightest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Binding {
    Or,
    And,
    Not,
    /// Comparisons, `IN`, `LIKE`, `IS`. They do not chain: both sides have to be tighter.
    Compare,
    Add,
    Multiply,
    /// A sign, `::`, `COLLATE`.
    Unary,
    Atom,
}

impl Words {
    /// A name, a literal, a call: never needs parentheses.
    pub fn atom(text: impl Into<String>) -> Words {
        Words { text: text.into(), binding: Binding::Atom }
    }

    pub fn new(text: impl Into<String>, binding: Binding) -> Words {
        Words { text: text.into(), binding }
    }

    /// `NAME(a, b)`
    pub fn call<'a>(name: &str, arguments: impl IntoIterator<Item = &'a Words>) -> Words {
        let mut text = format!("{name}(");
        for (at, argument) in arguments.into_iter().enumerate() {
            if at > 0 {
                text.push_str(", ");
            }
            text.push_str(&argument.text);
        }
        text.push(')');
        Words::atom(text)
    }

    /// `left op right`, both sides in parentheses where they hold less tightly; the right side also where it holds just as
    /// tightly, since `-` and `/` do not associate.
    pub fn infix(left: &Words, op: &str, right: &Words, binding: Binding) -> Words {
        let mut text = String::with_capacity(left.text.len() + op.len() + right.text.len() + 6);
        let left_binding = if binding == Binding::Compare { Binding::Add } else { binding };
        let right_binding = match binding {
            Binding::Or => Binding::Or,
            Binding::And => Binding::And,
            Binding::Compare => Binding::Add,
            Binding::Add => Binding::Multiply,
            _ => Binding::Unary,
        };
        left.push_at(left_binding, &mut text);
        let _ = write!(text, " {op} ");
        right.push_at(right_binding, &mut text);
        Words::new(text, binding)
    }

    /// The text, in parentheses if it holds less tightly than asked.
    pub fn at(&self, binding: Binding) -> String {
        let mut text = String::with_capacity(self.text.len() + 2);
        self.push_at(binding, &mut text);
        text
    }

    fn push_at(&self, binding: Binding, to: &mut String) {
        if self.binding < binding {
            let _ = write!(to, "({})", self.text);
        } else {
            to.push_str(&self.text);
        }
    }
}

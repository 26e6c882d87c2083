//! What has no mechanical answer: the finding, and the mark in the text.

use source::{Diagnostic, Span};

/// Why something is left to the author.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Problem {
    /// The names are computed, or the text is of a form that cannot be edited.
    Computed,
    /// The new name is taken.
    NameTaken(String),
    /// clan-core has no service that does the same.
    NoSuccessor(String),
    /// The module is the clan's own, and of the old kind.
    OwnModule(String),
    /// The settings of an instance, where several roles could be meant.
    SeveralRoles(Vec<String>),
    /// The new service cannot be told this.
    UnknownSetting {
        /// The service.
        service: String,
        /// The setting.
        setting: String,
    },
    /// The machine fills no role.
    NoMember(String),
    /// Another place has settings for the same.
    SecondDefinition,
    /// Another place in the same settings says this already.
    SaidTwice(String),
    /// A priority that had no effect and gets one.
    Priority,
    /// There is nothing like it any more: what it is called.
    NoCounterpart(&'static str),
    /// The instance is switched off.
    Disabled,
}

impl Problem {
    /// Whether the statement goes on to count, below its mark.
    pub fn stays(&self) -> bool {
        matches!(
            self,
            Problem::Computed
                | Problem::NameTaken(_)
                | Problem::NoSuccessor(_)
                | Problem::OwnModule(_)
                | Problem::Priority
        )
    }

    fn code(&self) -> &'static str {
        match self {
            Problem::Computed | Problem::NameTaken(_) => "unconverted-instance",
            Problem::NoSuccessor(_) | Problem::OwnModule(_) => "no-successor",
            Problem::Disabled | Problem::NoCounterpart(_) | Problem::NoMember(_) => {
                "no-counterpart"
            }
            _ => "unconverted-settings",
        }
    }

    /// The fact, in lower case; also the text of the mark.
    pub fn message(&self) -> String {
        match self {
            Problem::Computed => "this is computed, or shared; convert it by hand".to_owned(),
            Problem::NameTaken(name) => {
                format!("two instances would be called `{name}`; give one another name")
            }
            Problem::NoSuccessor(service) => {
                format!("clan-core has no service that does what `{service}` did")
            }
            Problem::OwnModule(service) => {
                format!("`{service}` is a module of the clan's own, to be rewritten as a service")
            }
            Problem::SeveralRoles(roles) => {
                let roles: Vec<String> = roles.iter().map(|role| format!("`{role}`")).collect();
                format!(
                    "these settings are for one of the roles {}",
                    roles.join(", ")
                )
            }
            Problem::UnknownSetting { service, setting } => {
                format!("the service `{service}` has no setting `{setting}` here")
            }
            Problem::NoMember(machine) => {
                format!("`{machine}` fills no role here, so this has no effect")
            }
            Problem::SecondDefinition => {
                "these settings may have one definition only, and have another".to_owned()
            }
            Problem::SaidTwice(setting) => {
                format!("`{setting}` is said twice for the same members, and was merged")
            }
            Problem::Priority => {
                "this priority had no effect on other places, and has one now".to_owned()
            }
            Problem::NoCounterpart(what) => format!("instances have no `{what}`"),
            Problem::Disabled => "instances cannot be switched off; this one is".to_owned(),
        }
    }

    fn help(&self) -> String {
        match self {
            Problem::Computed => "write the instance out, or build `instances` where `services` is built".to_owned(),
            Problem::NameTaken(_) => "rename one of them in `services` first".to_owned(),
            Problem::NoSuccessor(_) => "configure the machines themselves, or write a service: `modules.<name>` with `_class = \"clan.service\"`".to_owned(),
            Problem::OwnModule(service) => format!(
                "define `modules.{service} = {{ _class = \"clan.service\"; manifest.name = \"{service}\"; roles = {{ … }}; }};`"
            ),
            Problem::SeveralRoles(_) => "move them to `roles.<role>.settings` of the role that is meant".to_owned(),
            Problem::UnknownSetting { .. } => "look for its successor in the service's documentation, or drop it".to_owned(),
            Problem::NoMember(_) => "drop it, or make the machine a member".to_owned(),
            Problem::SecondDefinition => "move these settings to the other place".to_owned(),
            Problem::SaidTwice(_) => "write the merged value in one place".to_owned(),
            Problem::Priority => "drop the `mk…`, or see that the priority is what you want".to_owned(),
            Problem::NoCounterpart("extraModules") => "import the module in the machine: `machines.<machine>.imports`".to_owned(),
            Problem::NoCounterpart(_) => "drop it, or keep it as a comment".to_owned(),
            Problem::Disabled => "drop it, or bring it back when it is wanted".to_owned(),
        }
    }

    /// The finding at its place.
    pub fn diagnostic(&self, span: Span) -> Diagnostic {
        let label = if self.stays() {
            "look at this"
        } else {
            "commented out"
        };
        self.labelled(span, label)
    }

    /// The finding in a file that cannot have comments.
    pub fn diagnostic_in_data(&self, span: Span) -> Diagnostic {
        self.labelled(span, "look at this")
    }

    fn labelled(&self, span: Span, label: &str) -> Diagnostic {
        let diagnostic = match self {
            Problem::Disabled | Problem::NoMember(_) | Problem::NoCounterpart("meta") => {
                Diagnostic::note(self.code(), self.message())
            }
            Problem::Priority => Diagnostic::warning(self.code(), self.message()),
            _ => Diagnostic::error(self.code(), self.message()),
        };
        diagnostic.label(span, label).help(self.help())
    }

    /// The comment that marks the place.
    pub fn mark(&self) -> String {
        format!("# migrate: {}", self.message())
    }
}

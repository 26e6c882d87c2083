//! How many instances and members a service wants.
//!
//! Services: violations are assertions that fail the build of machines, with ids `<service>.<instance>.roles.<role>.min` and `.max`;
//! members count as often as they are listed. Instances: entries with ids `<manifest name>-maxInstances`,
//! `<name>-<instance>-<role>-minMachines` and `-maxMachines`. Machines that the inventory lacks count in both.
//! Source: clan-core `lib/frontmatter`, `lib/inventory/distributed-service`.

use model::Service;
use model::inventory::{Generation, Instance};
use source::{Span, suggest};

use crate::view::{Check, InstanceView};

/// What the roles of an instance demand and does not hold.
pub fn of_roles(service: &Service<'_>, instance: &Instance<'_>, view: &InstanceView) -> Vec<Check> {
    let mut checks = vec![];
    for (role, described) in &service.roles {
        let members = view.roles.get(role);
        let count = members.map_or(0, |members| members.members.len()) as i64;
        let span = members.map_or(Span::NONE, |members| members.span);
        let span = if span.is_none() {
            instance.name.span
        } else {
            span
        };
        let may_be_more = members.is_some_and(|members| members.gap.is_some());
        if let Some(least) = described
            .least
            .filter(|least| count < *least && !may_be_more)
        {
            checks.push(Check {
                id: id(service, instance, role, "min"),
                message: format!(
                    "`{}` needs at least {least} in role `{role}`, but has {count}",
                    instance.name.value
                ),
                help: format!("give it members, by `roles.{role}.machines` or `roles.{role}.tags`"),
                span,
            });
        }
        if let Some(most) = described.most.filter(|most| count > *most) {
            checks.push(Check {
                id: id(service, instance, role, "max"),
                message: format!(
                    "`{}` allows at most {most} in role `{role}`, but has {count}",
                    instance.name.value
                ),
                help: format!("name fewer in `roles.{role}.machines`, or a tag that fewer carry in `roles.{role}.tags`"),
                span,
            });
        }
    }
    checks.extend(of_missing_roles(service, instance));
    checks
}

/// Roles that the service demands members of and does not have: whoever uses it cannot give them any.
fn of_missing_roles(service: &Service<'_>, instance: &Instance<'_>) -> Vec<Check> {
    let missing = service.missing_roles.iter();
    let known: Vec<&str> = service.roles.keys().map(String::as_str).collect();
    let checks = missing.map(|role| {
        let (name, least) = (&role.name, role.least);
        let help = match suggest::nearest(name, known.iter().copied()) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None if known.is_empty() => "the service has no roles".to_owned(),
            None => format!("the service has the roles: {}", known.join(", ")),
        };
        Check {
            id: id(service, instance, name, "min"),
            message: format!(
                "`{}` needs at least {least} in role `{name}`, which its service does not have",
                instance.name.value
            ),
            help,
            span: role.span.some().unwrap_or(instance.name.span),
        }
    });
    checks.collect()
}

fn id(service: &Service<'_>, instance: &Instance<'_>, role: &str, which: &str) -> String {
    let name = &instance.name.value;
    match instance.generation {
        Generation::Services => format!("{}.{name}.roles.{role}.{which}", service.id),
        Generation::Instances => format!("{}-{name}-{role}-{which}Machines", service.manifest_name),
    }
}

/// Whether there are more instances of a service than it allows.
pub fn of_instances(service: &Service<'_>, instances: &[&Instance<'_>]) -> Option<Check> {
    let most = service.max_instances?;
    if instances.len() as i64 <= most {
        return None;
    }
    let span = instances.last().map_or(Span::NONE, |last| last.name.span);
    Some(Check {
        id: format!("{}-maxInstances", service.manifest_name),
        message: format!(
            "the service `{}` allows at most {most} instance{}, but has {}",
            service.manifest_name,
            if most == 1 { "" } else { "s" },
            instances.len()
        ),
        help: "take one of them away, or put their members into one".to_owned(),
        span,
    })
}

//! What clan-core does from which day on: the one table of dated facts.
//!
//! A rule that changed asks [`Dialect::has`](super::Dialect::has) for its fact; the schema gets all of them, by name. The day is that of the
//! commit, and where the commit reached the main branch much later, that day.

macro_rules! facts {
    ($($(#[$doc:meta])* $fact:ident $name:literal $day:literal;)*) => {
        /// Something that clan-core does from one day on.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Fact {
            $($(#[$doc])* $fact,)*
        }

        impl Fact {
            /// Every fact, by day.
            pub const ALL: &'static [Fact] = &[$(Fact::$fact),*];

            /// The name in the schema.
            pub fn name(self) -> &'static str {
                match self {
                    $(Fact::$fact => $name,)*
                }
            }

            /// The first day, as `YYYY-MM-DD`.
            pub fn day(self) -> &'static str {
                match self {
                    $(Fact::$fact => $day,)*
                }
            }
        }
    };
}

facts! {
    /// `extraModules` stands where `imports` was, and takes any value. Source: bc56ce3f4, 43a4d8260.
    ExtraModules "extraModules" "2024-09-15";
    /// The directories below `machines/` are machines of the inventory too. Source: 82c725a60.
    FoldersInInventory "foldersInInventory" "2024-09-15";
    /// So are the machines of the option `machines`, and modules must say that they work in an inventory. Source: 72f79dee3.
    InventoryFeature "inventoryFeature" "2024-09-16";
    /// Only role files are imported, and every role needs one. Source: 978c3c21d.
    RolesNeedFiles "rolesNeedFiles" "2024-10-01";
    /// `inventory.json` is a module of the inventory rather than a definition of it, which the order of lists shows. Source: 68a571f85.
    JsonModule "jsonModule" "2024-10-04";
    /// An instance of `services` may be disabled. Source: 6eed3894b.
    Enabled "enabled" "2024-10-08";
    /// Machines have no `system` any more. Source: 9cdd55acf, on the main branch with 4ef6a3754.
    NoMachineSystem "noMachineSystem" "2024-10-09";
    /// Every role of a module is resolved, named or not. Source: 05ea59d38.
    AllRoles "allRoles" "2024-10-31";
    /// `inventory.tags`, and the tag `all`. Source: 4994b5acb.
    Tags "tags" "2024-11-08";
    /// The front matter of a module counts its members. Source: 722012ed5.
    RoleBounds "roleBounds" "2024-11-13";
    /// `inventory.modules`. Source: b3bcecd61.
    InventoryModules "inventoryModules" "2024-11-21";
    /// A tag that no machine carries is a warning rather than an error. Source: 85d03f106.
    UnknownTagWarns "unknownTagWarns" "2025-01-08";
    /// The clan's `self`. Source: ed6aaf5f0.
    SelfOption "self" "2025-01-24";
    /// `modules` and `templates` of the clan. Source: e7e96f3f9.
    ClanModules "clanModules" "2025-01-27";
    /// The bounds of a module hold for each of its instances on every machine, whoever its members are. Source: 005f44c96.
    BoundsOfAll "boundsOfAll" "2025-02-05";
    /// `inventory.instances`. Source: 922a8510e.
    Instances "instances" "2025-03-26";
    /// `inventory.modules` takes anything. Source: ca1777fdd.
    RawModules "rawModules" "2025-03-26";
    /// `meta.name` has letters, digits, `_` and `-` only. Source: b31cf42d2.
    StrictMetaName "strictMetaName" "2025-03-31";
    /// `machineClass`, and Macs. Source: b5a57a72a, cd11835ec.
    MachineClass "machineClass" "2025-04-09";
    /// `inventory.modules` is deprecated. Source: c78b736dd.
    ModulesDeprecated "modulesDeprecated" "2025-04-14";
    /// The tags `nixos` and `darwin`; computed tags come behind written ones. Source: fc27c87e2.
    TagsOfClass "tagsOfClass" "2025-04-21";
    /// The clan's `secrets`. Source: 651b277bb.
    Secrets "secrets" "2025-04-28";
    /// Tags of a role have no settings. Source: 935d39abb.
    NoTagSettings "noTagSettings" "2025-05-20";
    /// Settings have one definition, which is plain data. Source: 3951889b7.
    PlainSettings "plainSettings" "2025-05-21";
    /// `deploy.buildHost`. Source: ae41bfad8.
    BuildHost "buildHost" "2025-06-02";
    /// `extraModules` of a role in `instances`. Source: c6947a8fa.
    RoleExtraModules "roleExtraModules" "2025-06-03";
    /// `module.name` is the instance's by default. Source: 18af41cc1.
    ModuleNameDefault "moduleNameDefault" "2025-06-23";
    /// `lib.clan`; a clan's modules have the class `clan`. Source: a35e2d84d, af007bfe4.
    LibClan "libClan" "2025-06-26";
    /// No `module.input` means clan-core's own services rather than the user's. Source: f966f5b74.
    NullInputIsClanCore "nullInputIsClanCore" "2025-06-30";
    /// The clan's `exports` and `exportsModule`. Source: clan-core's history of these options.
    ExportsModule "exportsModule" "2025-07-01";
    /// `module.input` may be `self`. Source: 42d1cd2a8.
    SelfInput "selfInput" "2025-07-01";
    /// `inventory` may be a set with `imports`. Source: 59105bd1d.
    StructuredInventory "structuredInventory" "2025-07-24";
    /// `inventory.services` does nothing. Source: 35e5f4a42.
    NoServices "noServices" "2025-08-14";
    /// `installedAt`. Source: 9aebf02f0.
    InstalledAt "installedAt" "2025-08-14";
    /// What `inventory.services` holds is not looked at. Source: 308a10d6e.
    ServicesIgnored "servicesIgnored" "2025-08-16";
    /// Tags of a role may be a list. Source: 4414403de.
    TagList "tagList" "2025-08-25";
    /// The arguments of `clan` come behind clan-core's own module.
    CalledLast "calledLast" "2025-09-16";
    /// The clan's `checks`. Source: 2dabff5db.
    Checks "checks" "2025-10-02";
    /// `meta.tld`. Source: 9299cd966.
    Tld "tld" "2025-10-16";
    /// Services without an input are apart from those with the input `self`. Source: afcc5d9e2.
    ClanCoreApart "clanCoreApart" "2025-10-19";
    /// Extra modules of a role are modules of any form, and no strings to be found. Source: f50475fcf.
    AnyExtraModules "anyExtraModules" "2025-10-23";
    /// `meta.domain`. Source: daf397d7e.
    Domain "domain" "2025-11-10";
    /// The clan's `vars`. Source: 1287e5b92.
    Vars "vars" "2025-12-15";
    /// The clan's `exportInterfaces`, in place of `exportsModule`. Source: a0c9eeffa, on the main branch with 5eb3e2fbe.
    ExportInterfaces "exportInterfaces" "2026-02-07";
    /// Interfaces and services may ask for `meta`. Source: 5b2000f8d.
    MetaArgument "metaArgument" "2026-02-07";
    /// The clan's `varsDirectory`. Source: 3ae8f8e23, on the main branch with cb9ca038a.
    VarsDirectory "varsDirectory" "2026-03-30";
    /// `deploy.forwardAgent`. Source: b163f365d, on the main branch with 18bc8d370.
    ForwardAgent "forwardAgent" "2026-04-13";
    /// `deprecatedModules`. Source: 8a646643d.
    DeprecatedModules "deprecatedModules" "2026-04-17";
    /// A service may demand numbers of machines and instances. Source: 1256be627.
    Constraints "constraints" "2026-05-12";
    /// `inventory.services` is no option. Source: b8eeba6e9.
    ServicesUndeclared "servicesUndeclared" "2026-05-29";
    /// `inventory.services` is a removed option, and an inventory that has it is not handed out. Source: db7c46c50.
    ServicesRefused "servicesRefused" "2026-06-15";
    /// Settings of a tag do something. Source: e8d51f027.
    TagSettings "tagSettings" "2026-07-06";
    /// The catalogue of services is that of clan-core: what it lacks does not exist.
    CatalogueIsWhole "catalogueIsWhole" "2026-08-01";
}

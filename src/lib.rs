//! Brevduva: segmented mailings for university alumni offices.
//!
//! Data flows one way, and a module uses only modules to the left of it:
//!
//! ```text
//! kernel < db < links < config < units < staff, audit < media, contacts, taxonomy < invitations < preferences
//!        < import, segment
//!        < content < campaign < mail < delivery < preflight < tracking, bounce, catcher < forms < privacy, reports, timeline < web, worker < app < demo < cli
//! ```
//!
//! * a register file enters through [`import`] and becomes [`contacts`];
//! * [`segment`] turns a rule into a set of contacts, [`preferences`] says whom of them we may contact;
//! * [`media`] keeps the pictures that mails show;
//! * [`content`] compiles a campaign once, [`delivery`] freezes its recipients, claims them in
//!   batches and hands each message to [`mail`], which alone speaks SMTP;
//! * [`invitations`] remember who was asked to join the network, [`privacy`] makes everybody forget a person;
//! * [`preflight`] says before the launch what is wrong with a campaign;
//! * [`links`] signs every address that a recipient can click, [`tracking`] counts what came back;
//! * [`forms`] take sign-ups and, once they are confirmed, make people and consents of them;
//! * [`web`], [`worker`] and [`cli`] open the transactions; [`app`] wires them together.

pub mod app;
pub mod audit;
pub mod bounce;
pub mod campaign;
pub mod catcher;
pub mod cli;
pub mod config;
pub mod contacts;
pub mod content;
pub mod db;
pub mod delivery;
pub mod demo;
pub mod forms;
pub mod import;
pub mod invitations;
pub mod kernel;
pub mod links;
pub mod mail;
pub mod media;
pub mod preferences;
pub mod preflight;
pub mod privacy;
pub mod reports;
pub mod segment;
pub mod staff;
pub mod taxonomy;
pub mod timeline;
pub mod tracking;
pub mod units;
pub mod web;
pub mod worker;

//! What the buttons of the form do to it.

use super::{Card, Group, GroupKind, Node, Path, RuleForm, fields};

/// Groups are not made deeper than this; the rule's parser allows less.
const DEEPEST: usize = 40;

/// Which control has the attention after a button was pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::web::staff) struct Focus {
    pub(in crate::web::staff) path: Path,
    pub(in crate::web::staff) control: Control,
}

/// A control of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::web::staff) enum Control {
    /// The part itself.
    Part,
    Up,
    Down,
}

impl RuleForm {
    /// Does what a button says: `add:PATH:CONDITION`, `group:PATH`, `wrap:PATH`, `unwrap:PATH`, `up:PATH`, `down:PATH`
    /// or `remove:PATH`. `None`, and nothing changed, when it says something else.
    pub(in crate::web::staff) fn act(&mut self, deed: &str) -> Option<Focus> {
        let (deed, rest) = deed.split_once(':')?;
        let (path, word) = rest.split_once(':').unwrap_or((rest, ""));
        let path = read_path(path)?;
        match deed {
            "add" => self.add(path, Node::Card(Card::new(fields::condition(word)?))),
            "group" if path.len() < DEEPEST => {
                let kind = within(self.group(&path)?.kind);
                self.add(path, Node::Group(Group { kind, nodes: Vec::new() }))
            }
            "wrap" if path.len() < DEEPEST => {
                let (group, index) = self.parent(&path)?;
                let kind = within(group.kind);
                let node = group.nodes.remove(index);
                group.nodes.insert(index, Node::Group(Group { kind, nodes: vec![node] }));
                Some(Focus { path, control: Control::Part })
            }
            "unwrap" => {
                let (group, index) = self.parent(&path)?;
                let Node::Group(inner) = group.nodes.get(index)?.clone() else { return None };
                group.nodes.splice(index..=index, inner.nodes);
                Some(Focus { path: path[..path.len() - 1].to_vec(), control: Control::Part })
            }
            "remove" => {
                let (group, index) = self.parent(&path)?;
                group.nodes.remove(index);
                Some(Focus { path: path[..path.len() - 1].to_vec(), control: Control::Part })
            }
            "up" => Some(Focus { path: self.up(path)?, control: Control::Up }),
            "down" => Some(Focus { path: self.down(path)?, control: Control::Down }),
            _ => None,
        }
    }

    fn add(&mut self, mut path: Path, node: Node) -> Option<Focus> {
        let group = self.group(&path)?;
        path.push(group.nodes.len());
        group.nodes.push(node);
        Some(Focus { path, control: Control::Part })
    }

    /// One place up as one reads: past a card, into the end of a group, out of the top of one's own.
    fn up(&mut self, mut path: Path) -> Option<Path> {
        let (group, index) = self.parent(&path)?;
        let node = group.nodes.remove(index);
        path.pop();
        if index > 0 {
            path.push(index - 1);
            if let Some(Node::Group(before)) = group.nodes.get_mut(index - 1) {
                path.push(before.nodes.len());
                before.nodes.push(node);
            } else {
                group.nodes.insert(index - 1, node);
            }
        } else if let Some((outer, own)) = self.parent(&path) {
            outer.nodes.insert(own, node);
            outer.drop_if_empty(own + 1);
        } else {
            path.push(0);
            self.root.nodes.insert(0, node);
        }
        Some(path)
    }

    /// One place down as one reads.
    fn down(&mut self, mut path: Path) -> Option<Path> {
        let (group, index) = self.parent(&path)?;
        let node = group.nodes.remove(index);
        path.pop();
        if index < group.nodes.len() {
            if let Some(Node::Group(after)) = group.nodes.get_mut(index) {
                after.nodes.insert(0, node);
                path.extend([index, 0]);
            } else {
                group.nodes.insert(index + 1, node);
                path.push(index + 1);
            }
        } else if let Some((outer, own)) = self.parent(&path) {
            outer.nodes.insert(own + 1, node);
            if !outer.drop_if_empty(own)
                && let Some(last) = path.last_mut()
            {
                *last += 1;
            }
        } else {
            path.push(index);
            self.root.nodes.push(node);
        }
        Some(path)
    }

    fn group(&mut self, path: &[usize]) -> Option<&mut Group> {
        path.iter().try_fold(&mut self.root, |group, index| match group.nodes.get_mut(*index)? {
            Node::Group(inner) => Some(inner),
            Node::Card(_) => None,
        })
    }

    /// The group that a part stands in, and its place there.
    fn parent(&mut self, path: &[usize]) -> Option<(&mut Group, usize)> {
        let (index, above) = path.split_last()?;
        let group = self.group(above)?;
        (*index < group.nodes.len()).then_some((group, *index))
    }
}

impl Group {
    /// Takes away a group whose last part has moved out, and says whether it did.
    fn drop_if_empty(&mut self, index: usize) -> bool {
        let is_empty = matches!(self.nodes.get(index), Some(Node::Group(inner)) if inner.nodes.is_empty());
        if is_empty {
            self.nodes.remove(index);
        }
        is_empty
    }
}

/// A group within a group asks for something else, or it would say nothing new.
const fn within(outer: GroupKind) -> GroupKind {
    match outer {
        GroupKind::All => GroupKind::Any,
        GroupKind::Any | GroupKind::None => GroupKind::All,
    }
}

fn read_path(text: &str) -> Option<Path> {
    if text.is_empty() {
        return Some(Path::new());
    }
    text.split('.').map(|step| step.parse().ok()).collect()
}

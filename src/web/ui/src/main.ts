// Progressive enhancement: every page works without this file. A page asks for a feature with a
// data attribute, and the module of that feature documents the attribute.

import { confirmSubmissions } from "./confirm";
import { enableCopyButtons } from "./copy";
import { pollProgress } from "./progress";
import { searchAsYouType } from "./search";
import { editRules } from "./rule_editor";
import { countSegmentsLive } from "./segment_count";

// What only a reader without script needs, such as a button for what happens by itself, is hidden.
document.documentElement.classList.add("has-script");

confirmSubmissions(document);
enableCopyButtons(document);
pollProgress(document);
editRules(document);
countSegmentsLive(document);
searchAsYouType(document);

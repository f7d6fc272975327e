// Progressive enhancement: every page works without this file. A page asks for a feature with a
// data attribute, and the module of that feature documents the attribute.

import { confirmSubmissions } from "./confirm";
import { enableCopyButtons } from "./copy";
import { pollProgress } from "./progress";
import { countSegmentsLive } from "./segment_count";

confirmSubmissions(document);
enableCopyButtons(document);
pollProgress(document);
countSegmentsLive(document);

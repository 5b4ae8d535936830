import { abstainer } from "./abstainer.js";
import type { MakeActor } from "./actor.js";
import { bodySwapper } from "./bodySwapper.js";
import { deserter } from "./deserter.js";
import { doubleProposer } from "./doubleProposer.js";
import { equivocator } from "./equivocator.js";
import { forger } from "./forger.js";
import { preparedLiar } from "./preparedLiar.js";
import { replayer } from "./replayer.js";
import { roundSpammer } from "./roundSpammer.js";
import { soloist } from "./soloist.js";
import { staleJustifier } from "./staleJustifier.js";
import { withholder } from "./withholder.js";

/** The byzantine validators by name. A twin is none of them: it is the honest code, run twice with one key. */
export const ACTORS = {
  equivocator,
  doubleProposer,
  withholder,
  replayer,
  preparedLiar,
  roundSpammer,
  abstainer,
  deserter,
  forger,
  soloist,
  staleJustifier,
  bodySwapper,
} as const satisfies Readonly<Record<string, MakeActor>>;

export type ActorName = keyof typeof ACTORS | "twin";
export const ACTOR_NAMES: readonly ActorName[] = [...(Object.keys(ACTORS) as ActorName[]), "twin"];

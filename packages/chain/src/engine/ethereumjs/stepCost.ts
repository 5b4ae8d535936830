import type { Common } from "@ethereumjs/common";
import type { InterpreterStep } from "@ethereumjs/evm";
import { MEMORY_WORDS_MAX, OPCODE, opcodeOf } from "./opcodes.js";
import { operandCount } from "./operandCounts.js";

/** Calls that name the gas they give; creations give all they may, which geth counts as no cost of theirs. */
const GIVING_OPCODES: ReadonlySet<number> = new Set([
  OPCODE.call,
  OPCODE.callCode,
  OPCODE.delegateCall,
  OPCODE.staticCall,
]);
/** BALANCE, EXTCODESIZE, EXTCODECOPY, EXTCODEHASH and calls: what they cost at least is their constant gas in geth. */
const ACCOUNT_OPCODES: ReadonlySet<number> = new Set([0x31, 0x3b, 0x3c, 0x3f, ...GIVING_OPCODES]);
/** EXP and LOG0 to LOG4: all they cost is dynamic gas in geth. */
const DYNAMIC_OPCODES: ReadonlySet<number> = new Set([0x0a, 0xa0, 0xa1, 0xa2, 0xa3, 0xa4]);
/** EIP-2929. */
const WARM_ACCESS_GAS = 100n;
/** EIP-150: what a call may hand on is all but this part. */
const KEPT_FRACTION = 64n;
/** What the most memory that geth can count costs (Yellow Paper, C_mem). */
const MEMORY_GAS_MAX = 3n * MEMORY_WORDS_MAX + MEMORY_WORDS_MAX ** 2n / 512n;

/** Gas a step costs as geth writes it: what a call hands on included, and constant gas only where that is all it looked at. */
export function stepCost({ opcode, gasLeft, stack }: InterpreterStep, common: Common): bigint {
  const { fee, dynamicFee } = opcode;
  const code = opcodeOf(opcode.code);
  const constant = constantGas(code, fee, common);
  const cost = dynamicFee ?? constant;
  // A cost below the constant gas is one that could not be counted to its end.
  if (stack.length < operandCount(code) || cost > MEMORY_GAS_MAX || cost < constant) return constant;
  if (cost > gasLeft || !GIVING_OPCODES.has(code)) return cost;
  const asked = stack.at(-1) ?? 0n;
  const left = gasLeft - cost;
  const most = common.gteHardfork("tangerineWhistle") ? left - left / KEPT_FRACTION : asked;
  return cost + (asked < most ? asked : most);
}

function constantGas(code: number, fee: number, common: Common): bigint {
  if (DYNAMIC_OPCODES.has(code)) return 0n;
  return ACCOUNT_OPCODES.has(code) && common.gteHardfork("berlin") ? WARM_ACCESS_GAS : BigInt(fee);
}

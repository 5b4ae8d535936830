import { generateKeyPairSync, sign } from "node:crypto";
import { fromHex, type Hex, toHex } from "@causeway/protocol/hex";
import { SigningKey, sha256 } from "ethers";

/** A call of a precompile that takes long for its gas. */
export interface WorstCall {
  readonly name: string;
  /** Last two bytes of its address. */
  readonly precompile: number;
  readonly input: Hex;
}

const word = (value: bigint | number) => value.toString(16).padStart(64, "0");
const ones = (bytes: number) => "ff".repeat(bytes);
const zeros = (bytes: number) => "00".repeat(bytes);

/** bn254's generators (EIP-197). */
const BN_G1 = word(1) + word(2);
const BN_G2 =
  "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2" +
  "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed" +
  "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b" +
  "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa";
/** BLS12-381's generators, each coordinate in 64 bytes (EIP-2537). */
const BLS_G1 =
  zeros(16) +
  "17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb" +
  zeros(16) +
  "08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1";
const BLS_G2 =
  zeros(16) +
  "024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8" +
  zeros(16) +
  "13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e" +
  zeros(16) +
  "0ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289e193548608b82801" +
  zeros(16) +
  "0606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab3f370d275cec1da1aaa9075ff05f79be";
/** [tau]_1 of the KZG ceremony and BLS12-381's generator, compressed: the opening of p(x) = x. */
const TAU =
  "ad3eb50121139aa34db1d545093ac9374ab7bca2c0f3bf28e27c8dcd8fc7cb42d25926fc0c97b336e9f0fb35e5a04c81";
const GENERATOR =
  "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb";
const SCALAR = "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000000";

/** Of each precompile the inputs that come out worst; `npm run bench:worst` measures more of them. */
export function worstCalls(): WorstCall[] {
  const call = (name: string, precompile: number, input: string): WorstCall => ({
    name,
    precompile,
    input: `0x${input}`,
  });
  return [
    call("ecrecover", 0x01, recoverInput()),
    call("sha256, no data", 0x02, ""),
    call("sha256, 32 KiB", 0x02, ones(32_768)),
    call("ripemd160, no data", 0x03, ""),
    call("ripemd160, 32 KiB", 0x03, ones(32_768)),
    call("identity, no data", 0x04, ""),
    call("identity, 32 KiB", 0x04, ones(32_768)),
    ...modexps(),
    call("bn254 add", 0x06, BN_G1 + BN_G1),
    call("bn254 mul", 0x07, BN_G1 + ones(32)),
    call("bn254 pairing, 1 pair", 0x08, BN_G1 + BN_G2),
    call("bn254 pairing, 16 pairs", 0x08, (BN_G1 + BN_G2).repeat(16)),
    call("blake2f, 1 round", 0x09, blakeInput(1)),
    call("blake2f, 1,000 rounds", 0x09, blakeInput(1_000)),
    call("blake2f, 100,000 rounds", 0x09, blakeInput(100_000)),
    call("kzg point evaluation", 0x0a, kzgInput()),
    call("BLS G1 add", 0x0b, BLS_G1 + BLS_G1),
    call("BLS G1 MSM, 1 point", 0x0c, BLS_G1 + ones(32)),
    call("BLS G1 MSM, 128 points", 0x0c, (BLS_G1 + ones(32)).repeat(128)),
    call("BLS G2 add", 0x0d, BLS_G2 + BLS_G2),
    call("BLS G2 MSM, 1 point", 0x0e, BLS_G2 + ones(32)),
    call("BLS G2 MSM, 128 points", 0x0e, (BLS_G2 + ones(32)).repeat(128)),
    call("BLS pairing, 1 pair", 0x0f, BLS_G1 + BLS_G2),
    call("BLS pairing, 8 pairs", 0x0f, (BLS_G1 + BLS_G2).repeat(8)),
    call("BLS map Fp to G1", 0x10, `${zeros(63)}07`),
    call("BLS map Fp2 to G2", 0x11, `${zeros(63)}07${zeros(63)}09`),
    call("p256verify", 0x100, p256Input()),
  ];
}

/** Runtime code: hands its calldata to a precompile until its gas is gone. */
export function callerCode(precompile: number): Hex {
  // calldatacopy(0, 0, calldatasize); 4: staticcall(gas, precompile, 0, calldatasize, 0, 0); pop; jump(4)
  const address = precompile.toString(16).padStart(4, "0");
  return `0x365f5f375b5f5f365f61${address}5afa50600456`;
}

/** [length of base, exponent and modulus in bytes], each of ones; the modulus once odd and once even. */
const MODEXP_SIZES = [
  [1, 1, 1],
  [8, 32, 8],
  [32, 32, 32],
  [33, 32, 33],
  [64, 64, 64],
  [128, 128, 128],
  [256, 3, 256],
  [256, 256, 256],
  [512, 32, 512],
  [1_024, 3, 1_024],
  [1_024, 32, 1_024],
] as const;

function modexps(): WorstCall[] {
  return MODEXP_SIZES.map(([base, exponent, modulus]) => ({
    name: `modexp, ${base} ^ ${exponent} mod ${modulus} bytes`,
    precompile: 0x05,
    input: `0x${word(base)}${word(exponent)}${word(modulus)}${ones(base)}${ones(exponent)}${ones(modulus - 1)}fd`,
  }));
}

function blakeInput(rounds: number): string {
  return [rounds.toString(16).padStart(8, "0"), ones(64 + 128), zeros(16), "01"].join("");
}

function recoverInput(): string {
  const digest = sha256("0x01");
  const { r, s, v } = new SigningKey(sha256("0x02")).sign(digest);
  return [digest, `0x${word(v)}`, r, s].map((part) => part.slice(2)).join("");
}

/** Versioned hash, z, y = z, commitment to x, proof. */
function kzgInput(): string {
  const hash = `01${sha256(`0x${TAU}`).slice(4)}`;
  return hash + SCALAR + SCALAR + TAU + GENERATOR;
}

function p256Input(): string {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const message = fromHex("0x01");
  const signature = sign("sha256", message, { key: privateKey, dsaEncoding: "ieee-p1363" });
  return [sha256(message), toHex(signature), ...[x, y].map((part) => toHex(Buffer.from(part, "base64url")))]
    .map((part) => part.slice(2))
    .join("");
}

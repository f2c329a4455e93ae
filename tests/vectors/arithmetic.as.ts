/** The arithmetic below the signatures as raw functions, for tests/vectors/arithmetic.test.ts to compare with BigInt. */
export {
  p256Multiply,
  p256MultiplyAdd,
  p256Square,
  p256SquareAdd,
} from "../../assembly/crypto/field/p256_field";
export {
  p384Multiply,
  p384MultiplyAdd,
  p384Square,
  p384SquareAdd,
} from "../../assembly/crypto/field/p384_field";
export {
  p521Multiply,
  p521MultiplyAdd,
  p521Square,
  p521SquareAdd,
} from "../../assembly/crypto/field/p521_field";
export { p25519Multiply, p25519Square } from "../../assembly/crypto/field/p25519_field";
export { INTEGER_SIZE } from "../../assembly/crypto/integers/integer";
export {
  MODULUS_SIZE,
  RESIDUE_SIZE,
  modulusFromInteger,
  modulusRadix,
  montgomeryMultiply,
  residueFromInteger,
  residueFromWideInteger,
  residueToInteger,
} from "../../assembly/crypto/integers/modulus";
export { invertModulo } from "../../assembly/crypto/integers/modular_inverse";

/** `size` bytes aligned to 16. */
export function alloc(size: usize): usize {
  return heap.alloc(size);
}

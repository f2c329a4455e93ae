/** A fault behind five comparisons of one byte each: random inputs would find it once in 2^40, a fuzzer that sees branches finds it soon. */
const place: usize = heap.alloc(64);

export function inputAddress(): usize {
  return place;
}

function at(index: usize): u8 {
  return load<u8>(place + index);
}

export function check(length: u32): void {
  if (length < 5) return;
  if (at(0) != 0x70) return;
  if (at(1) != 0x6c) return;
  if (at(2) != 0x61) return;
  if (at(3) == 0x6e) {
    if (at(4) == 0x74) unreachable();
  }
}

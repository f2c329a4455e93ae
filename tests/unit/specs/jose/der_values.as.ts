/** Times of a certificate's validity, as BoringSSL's cbs.cc reads them (CBS_parse_generalized_time, CBS_parse_utc_time). */
import { isTime } from "../../../../assembly/jose/encoding/der_values";
import { utf8 } from "../../../../assembly/memory/persistent";
import { expectFalse, expectTrue } from "../../assertions/expect.as";

export function a_day_that_there_is(): void {
  const days = ["240131", "240229", "000229", "230228", "230331", "230430", "231130", "231231", "500228"];
  for (let i = 0; i < days.length; i++) expectTrue(isTime(utf8(days[i] + "235959Z"), false), days[i]);
  const full = ["20000229", "20240229", "19991231", "00010101", "24000229"];
  for (let i = 0; i < full.length; i++) expectTrue(isTime(utf8(full[i] + "000000Z"), true), full[i]);
}

export function a_day_that_there_is_not(): void {
  const days = [
    "230001",
    "231301",
    "230100",
    "230132",
    "230229",
    "240230",
    "230431",
    "230631",
    "230931",
    "231131",
  ];
  for (let i = 0; i < days.length; i++) expectFalse(isTime(utf8(days[i] + "120000Z"), false), days[i]);
  // A year of hundreds is a leap year if four hundred divides it.
  const full = ["19000229", "21000229", "20230229", "20240230", "20001301"];
  for (let i = 0; i < full.length; i++) expectFalse(isTime(utf8(full[i] + "120000Z"), true), full[i]);
}

export function a_time_that_there_is_not(): void {
  const times = ["240000Z", "006000Z", "000060Z", "0000Z", "000000z", "000000", "00000aZ", "000000+0000"];
  for (let i = 0; i < times.length; i++) expectFalse(isTime(utf8("20240101" + times[i]), true), times[i]);
}

export function a_zone_where_it_is_not_full(): void {
  const zones = ["+0000", "-2359", "+0130"];
  for (let i = 0; i < zones.length; i++) expectTrue(isTime(utf8("240101000000" + zones[i]), false), zones[i]);
  const others = ["+2400", "+0060", "*0000", "+00a0", "+000"];
  for (let i = 0; i < others.length; i++)
    expectFalse(isTime(utf8("240101000000" + others[i]), false), others[i]);
}

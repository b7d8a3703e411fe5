// Header lists for properties: with repetitions, so that tables are used, and with bytes of every kind.
import fc from 'fast-check';
import type { HeaderField } from '../../../../../../server/wire/http2/contract.ts';
import { staticTable } from '../../../../../../server/wire/hpack/static-table.ts';

const latin1 = (maxLength: number): fc.Arbitrary<string> =>
  fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes).toString('latin1'));

const anyField: fc.Arbitrary<HeaderField> = fc.oneof(
  fc.tuple(
    fc.constantFrom('te', 'grpc-timeout', ':path', 'x-a', 'x-b'),
    fc.constantFrom('1', '2', 'trailers'),
  ),
  fc.constantFrom(...staticTable.filter((entry) => entry !== undefined)),
  fc.tuple(fc.constantFrom('grpc-timeout', 'content-type', 'x-trace-bin'), latin1(40)),
  fc.tuple(latin1(20), latin1(300)),
);

/** A header list, possibly empty. */
export const anyFields: fc.Arbitrary<HeaderField[]> = fc.array(anyField, { maxLength: 15 });

// What the doctor's form begins with.
import type { DoctorQuestion } from '../../../dashboard/network-doctor.ts';
import { exampleCode } from './presets.ts';

/** A Python client that pings an idle connection to this server every half minute. */
export const firstQuestion: DoctorQuestion = {
  client: 'python',
  clientOptions: exampleCode('python'),
  server: 'this',
  serverOptions: '',
  path: 'direct',
  forgetsAfterS: 300,
  roundTripMs: 1,
  traffic: 'idle',
  everyS: 60,
};

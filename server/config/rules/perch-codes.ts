// The codes of the rules for perch.pbtxt: what each is about. Pure.

/** Every code with one line of documentation. Codes are stable: users link to them and switch them off. */
export const perchCodes = {
  'perch/model-name': 'Traffic of a model without a name.',
  'perch/duplicate-model': 'A model that has two entries.',
  'perch/shares': 'Shares that do not add up to 100 percent, or are too many.',
  'perch/percent': 'A percentage that is out of its range.',
  'perch/target': 'A share or a shadow that goes nowhere.',
  'perch/duplicate-target': 'Two shares that go to the same label or version.',
  'perch/label': 'A label that is empty.',
  'perch/version': 'A version below 0.',
  'perch/steps': 'Steps of a plan that are missing or do not rise.',
  'perch/gate': 'A gate that is out of its range.',
  'perch/canary': 'A canary that lacks what it needs to go on.',
} as const;
export type PerchCode = keyof typeof perchCodes;

// Rules for model_metrics, in Triton's words (triton.md §2.4, R26). Pure.
import type { RuledModel } from './model-rule.ts';

/** The only metric whose form can be chosen. */
const customizable = 'nv_inference_first_response_histogram_ms';

/** R26. */
export function metricsRules({ root, tell }: RuledModel): void {
  for (const control of root.message('model_metrics')?.messages('metric_control') ?? []) {
    const identifier = control.message('metric_identifier');
    const family = identifier?.text('family');
    if (control.lacks('metric_identifier')) {
      tell('triton/metric-identifier', control.place, "metric control must specify 'metric_identifier'");
    } else if (family?.value === '') {
      tell('triton/metric-family', family.at, "metric identifier must specify non-empty 'family'");
    } else if (family !== undefined && family.value !== customizable) {
      const message = `Metric family '${family.value}' in 'metric_identifier' is not a customizable metric in Triton core.`;
      tell('triton/metric-not-customizable', family.at, message);
    }
    const options = control.message('histogram_options');
    if (control.lacks('histogram_options')) {
      tell('triton/metric-options', control.place, "metric control must specify 'histogram_options'");
    } else if (options?.count('buckets') === 0 && (options.has('buckets') || options.lacks('buckets'))) {
      const at = options.fields('buckets')[0]?.name ?? options.place;
      tell('triton/metric-buckets', at, "histogram options must specify non-empty 'buckets'");
    }
  }
}

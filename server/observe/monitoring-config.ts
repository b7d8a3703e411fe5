// Reads --monitoring_config_file: TensorFlow Serving's MonitoringConfig in protobuf text format.
import { readConfigFile } from '../config/read-config-file.ts';
import { metricsPathProblem } from '../config/rules/serving-monitoring-rules.ts';
import { parseTextMessage } from '../config/text-format.ts';
import { PerchError } from '../errors.ts';

/** Whether Prometheus may ask, and at which path of the REST port. */
export interface PrometheusEndpoint {
  readonly enable: boolean;
  /** Begins with `/`, and is not under `/v1/`. */
  readonly path: string;
}

/** TF Serving's path where the file names none (reference §1.10). */
export const defaultMetricsPath = '/monitoring/prometheus/metrics';

/** Reads and checks the file. Throws CONFIG_INVALID with the place in the file, or what is wrong with the path. */
export async function loadMonitoringConfig(file: string): Promise<PrometheusEndpoint> {
  return parseMonitoringConfig(await readConfigFile(file, 'monitoring config file'), file);
}

/** What `text` configures; `file` is named in errors. */
export function parseMonitoringConfig(text: string, file: string): PrometheusEndpoint {
  const { prometheusConfig } = parseTextMessage('tensorflow.serving.MonitoringConfig', text, file);
  const enable = prometheusConfig?.enable ?? false;
  const path = prometheusConfig?.path ?? '';
  const problem = metricsPathProblem(path);
  if (problem !== undefined) {
    throw new PerchError('CONFIG_INVALID', `${file}: ${problem}`);
  }
  return { enable, path: path === '' ? defaultMetricsPath : path };
}

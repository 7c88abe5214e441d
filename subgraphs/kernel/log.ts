import { type Logger, pino } from 'pino';
import { logSink } from '../../schema/log-sink.js';

export type { Logger };

/** Structured log. Tokens, bodies and variables never reach it. */
export const createLogger = (name: string, level = process.env['TONGDUI_LOG'] ?? 'warn'): Logger =>
  pino(
    { name, level, base: null, serializers: { err: brief }, redact: ['authorization', 'variables', 'query', 'err.parameters'] },
    logSink(),
  );

/** An error in a log line: what, where, and the first of our own frames; a query's parameters stay out. */
function brief(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line) && !line.includes('node_modules'));
  return {
    type: error.name,
    message: error.message,
    code: (error as { code?: unknown }).code,
    at: frames.slice(0, 4).map((line) => line.trim()),
  };
}

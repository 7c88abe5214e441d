import { setFlagsFromString } from 'node:v8';

/**
 * Operations of which no two are alike leave behind much that has grown old enough to look lasting. By itself V8 lets such a heap grow
 * to several times of what is alive; half as much again is enough for a process that keeps nothing but caches of known size.
 */
export const keepHeapSmall = (): void => setFlagsFromString('--heap-growing-percent=50');

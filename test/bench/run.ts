/**
 * `npm run bench -- access`: runs the measurements named, or all of them. Each prints one line per ratio, measured in this one run. What
 * comes after the first option belongs to the measurement.
 */
const benches: Readonly<Record<string, () => Promise<{ readonly bench: () => Promise<void> }>>> = {
  access: () => import('./access.js'),
  ledger: () => import('./ledger.js'),
  gateway: () => import('./gateway.js'),
};

const given = process.argv.slice(2);
const options = given.findIndex((argument) => argument.startsWith('-'));
const wanted = options < 0 ? given : given.slice(0, options);
const unknown = wanted.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are: ${Object.keys(benches).join(', ')}`);
  process.exitCode = 1;
} else {
  for (const [name, load] of Object.entries(benches)) if (wanted.length === 0 || wanted.includes(name)) await (await load()).bench();
}

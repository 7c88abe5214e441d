/**
 * Several \`end_hold\` in one transaction, each with its own answer, one per line and in the order given; at most one of a member. All
 * members are locked first, in order of their ids: nothing after this waits for a row.
 */
export const endHolds = `
create function end_holds(p_members uuid[], p_principals text[], p_keys text[], p_hashes bytea[], p_holds uuid[], p_steps text[]) returns text
language plpgsql as $$
declare
  v_answers text[] := '{}';
begin
  perform from account where member_uid = any (p_members) order by member_uid for update;
  for n in 1 .. cardinality(p_members) loop
    v_answers := v_answers || end_hold(p_members[n], p_principals[n], p_keys[n], p_hashes[n], p_holds[n], p_steps[n]);
  end loop;
  return array_to_string(v_answers, E'\\n');
end $$`;

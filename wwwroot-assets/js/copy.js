/** Puts an input's text into the clipboard; says whether it went well. Pages on plain http outside the machine itself have no clipboard object. */
export async function copy(input) {
  input.select();
  if (!navigator.clipboard) return document.execCommand("copy");
  await navigator.clipboard.writeText(input.value);
  return true;
}

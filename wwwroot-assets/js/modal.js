// The browser's own modal dialog: it traps focus, makes the rest inert and gives focus back when it closes.
export function show(dialog) {
  const close = event => {
    event.preventDefault();
    dialog.querySelector("[data-close]")?.click();
  };
  dialog.addEventListener("cancel", close);
  dialog.addEventListener("close", close);
  if (!dialog.open) dialog.showModal();
}

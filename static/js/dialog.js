// Opens a dialog by data-opens="its id"; closes it by data-closes or a tap beside it. Esc is the browser's own.
document.addEventListener('click', event => {
  const opener = event.target.closest('[data-opens]')
  if (opener) {
    event.preventDefault()
    document.getElementById(opener.dataset.opens)?.showModal()
  }
  const dialog = event.target.closest('dialog')
  if (dialog && (event.target === dialog || event.target.closest('[data-closes]'))) dialog.close()
})

// A form that came back with mistakes stands open.
document.querySelector('dialog:has([aria-invalid=true], .errorlist)')?.showModal()

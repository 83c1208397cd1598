// Names the chosen file on the field it was dropped on.
for (const drop of document.querySelectorAll('[data-drop]')) {
  const input = drop.querySelector('input[type=file]')
  const said = drop.querySelector('output')
  const size = bytes => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`)
  const name = () => { said.value = [...input.files].map(file => `${file.name}, ${size(file.size)}`).join('; ') }
  input.addEventListener('change', name)
  // Somebody was quicker than this script, or came back to the page.
  if (input.files.length) name()
  for (const kind of ['dragenter', 'dragover']) drop.addEventListener(kind, () => drop.classList.add('over'))
  for (const kind of ['dragleave', 'drop']) drop.addEventListener(kind, () => drop.classList.remove('over'))
}

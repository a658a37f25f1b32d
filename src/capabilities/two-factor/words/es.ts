import type { FactorWords } from "./en";

/** Spanish. */
export const es: FactorWords = {
  title: "Acceso en dos pasos",
  working: "Comprobando…",
  done: "Continuar",
  code: "Código",
  codeHint: "Los seis dígitos de tu aplicación de autenticación.",
  recovery: "Código de recuperación",
  step: {
    title: "Escribe tu código",
    lead: "Abre tu aplicación de autenticación y escribe los seis dígitos que muestra para esta cuenta.",
    trust: "No pedir un código en este navegador durante 30 días",
    action: "Iniciar sesión",
    useRecovery: "Usar un código de recuperación",
    recoveryHint: "Uno de los diez códigos que guardaste al activarlo. Cada uno sirve una sola vez.",
    lost: "No tengo ni la aplicación ni un código de recuperación",
    lostText:
      "Desactivaremos el acceso en dos pasos dentro de 72 horas. Hasta entonces te escribiremos ahora y cada día. " +
      "Puedes impedirlo con el enlace del correo o iniciando sesión con un código.",
    lostAction: "Desactivar dentro de 72 horas",
    lostOff: "Ponte en contacto con quienes gestionan este sitio. Pueden desactivar el acceso en dos pasos por ti.",
    lostPending: (due) => `El acceso en dos pasos se desactivará el ${due}. Después bastará tu contraseña.`,
    other: "Iniciar sesión con otra cuenta",
  },
  setUp: {
    title: "Activar el acceso en dos pasos",
    required: "Este sitio pide a todos también un código. Actívalo una vez para continuar.",
    scan: "Escanea esto con una aplicación de autenticación",
    scanText: "Sirve cualquier aplicación de códigos de un solo uso, y también muchos gestores de contraseñas.",
    picture: "Código QR para tu aplicación de autenticación",
    open: "Abrir en una aplicación de este dispositivo",
    secret: "O escribe esta clave en la aplicación",
    confirm: "Después escribe los seis dígitos que muestra. Nada cambia hasta que un código sea correcto.",
    action: "Activar",
  },
  codes: {
    title: "Guarda tus códigos de recuperación",
    lead: "Sin tu teléfono, un código de recuperación te deja entrar. Cada uno sirve una vez. Solo se muestran ahora.",
    list: "Tus códigos de recuperación",
    advice: "Imprímelos o guárdalos en un gestor de contraseñas. No en el teléfono de la aplicación.",
    download: "Descargar como texto",
    file: (brand) => `Códigos de recuperación de ${brand}. Cada uno sirve una vez.`,
  },
  page: {
    offLead: "Protege esta cuenta también con un código de tu teléfono.",
    offText: "Así, quien descubra tu contraseña no podrá entrar.",
    start: "Activar",
    onLead: "Para iniciar sesión con contraseña también hace falta un código de tu aplicación de autenticación.",
    app: "Aplicación de autenticación",
    since: "Activada",
    changeApp: "Usar otra aplicación",
    recoveryLeft: (count) =>
      count === 1 ? "Queda 1 código de recuperación" : `Quedan ${count} códigos de recuperación`,
    few: "Crea pronto otros nuevos.",
    newCodes: "Crear códigos nuevos",
    browsers: (count) => (count === 1 ? "1 navegador de confianza" : `${count} navegadores de confianza`),
    browsersText: "Allí no se pide ningún código.",
    forget: "Volver a pedir un código",
    forgetting: "Guardando…",
    off: "Desactivar",
    required: "Este sitio exige el acceso en dos pasos, así que no se puede desactivar.",
    loss: (due) =>
      `Alguien que sabe tu contraseña dijo que la aplicación se perdió. El código se desactivará el ${due}.`,
    keep: "Si no fuiste tú, mantenlo activado y cambia tu contraseña.",
  },
  prove: {
    title: "Confirma con un código",
    change: "Escribe un código de tu aplicación actual, o uno de recuperación, para configurar otra aplicación.",
    codes:
      "Escribe un código de tu aplicación, o uno de recuperación. Los de recuperación anteriores dejarán de servir.",
    off: "Escribe un código de tu aplicación, o uno de recuperación, para desactivar el acceso en dos pasos.",
    changeAction: "Configurar otra aplicación",
    codesAction: "Crear códigos nuevos",
    offAction: "Desactivar el acceso en dos pasos",
    hint: "Seis dígitos, o un código de recuperación.",
  },
  lacking: {
    text: "Códigos de recuperación, por si pierdes tus dispositivos.",
    label: "Activar el acceso en dos pasos",
  },
  keep: {
    title: "Mantener el acceso en dos pasos",
    text:
      "El acceso en dos pasos sigue activo. Si no fuiste tú quien dio la aplicación por perdida, cambia tu " +
      "contraseña.",
    action: "Mantenerlo activo",
    working: "Guardando…",
  },
  overview: {
    on: "Activado",
    off: "Desactivado",
    change: "Cambiar",
    setUp: "Activar",
    changeNamed: "Cambiar el acceso en dos pasos",
    setUpNamed: "Activar el acceso en dos pasos",
  },
  events: {
    second_step: "Código escrito",
    second_factor_on: "Acceso en dos pasos activado",
    second_factor_changed: "Aplicación de autenticación sustituida",
    second_factor_off: "Acceso en dos pasos desactivado",
    recovery_codes_made: "Nuevos códigos de recuperación creados",
    recovery_code_used: "Código de recuperación usado",
    browsers_forgotten: "Navegadores de confianza olvidados",
    factor_loss_asked: "Aplicación de autenticación dada por perdida",
    factor_loss_stopped: "Acceso en dos pasos mantenido",
  },
  problems: {
    factor_code_missing: "Escribe un código.",
    factor_code_wrong: "Ese código no es correcto o ya se usó. Espera al siguiente e inténtalo de nuevo.",
    factor_recovery_wrong: "Ese código de recuperación no es correcto o ya se usó. Revísalo o usa otro.",
    factor_required: "Este sitio exige el acceso en dos pasos, así que no se puede desactivar.",
    factor_set_up_over: "Ha tardado demasiado. Empieza de nuevo.",
  },
  mails: {
    on: (brand) => ({
      subject: `${brand}: acceso en dos pasos activado`,
      lines: [
        `Para entrar con contraseña en tu cuenta de ${brand} ahora también hace falta un código de tu aplicación.`,
      ],
    }),
    changed: (brand) => ({
      subject: `${brand}: aplicación de autenticación sustituida`,
      lines: [
        `Los códigos de tu cuenta de ${brand} vienen ahora de otra aplicación.`,
        "La aplicación y los códigos de recuperación anteriores ya no sirven.",
      ],
    }),
    off: (brand) => ({
      subject: `${brand}: acceso en dos pasos desactivado`,
      lines: [`Para entrar en tu cuenta de ${brand} ya no hace falta un código.`],
    }),
    codes: (brand) => ({
      subject: `${brand}: nuevos códigos de recuperación`,
      lines: [`Se crearon nuevos códigos de recuperación para tu cuenta de ${brand}. Los anteriores ya no sirven.`],
    }),
    used: (brand, left) => ({
      subject: `${brand}: código de recuperación usado`,
      lines: [
        `Se usó un código de recuperación de tu cuenta de ${brand}.`,
        left === 0 ? "No queda ninguno." : left === 1 ? "Queda 1." : `Quedan ${left}.`,
        ...(left <= 2 ? ["Crea pronto otros nuevos en la página de tu cuenta."] : []),
      ],
    }),
    lost: (brand, due) => ({
      subject: `${brand}: el acceso en dos pasos se desactivará`,
      lines: [
        `Alguien que sabe tu contraseña dijo que se perdió la aplicación de tu cuenta de ${brand}.`,
        `El acceso en dos pasos se desactivará el ${due}. Si fuiste tú, no tienes que hacer nada.`,
      ],
    }),
    keep: "¿No fuiste tú? Mantén el acceso en dos pasos y después cambia tu contraseña:",
    keepAction: "Mantenerlo activo",
  },
};

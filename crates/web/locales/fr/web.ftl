# La coquille : ce que toutes les pages disent.
web-skip = Aller au contenu
web-rail = Rubriques
web-drafts = Brouillons
web-drafts-none = Rien en attente. Ce que vous tapez est gardé ici tant que ce n’est pas enregistré.
web-drafts-note = Ce que vous avez tapé et pas encore enregistré. Vous seul le voyez.
web-draft-drop = Abandonner
web-leave = Se déconnecter
web-world-training = Formation : les patients de ce dossier sont inventés.
web-world-simulation = Simulation : les patients de ce dossier sont inventés.
web-language = Langue
web-theme = Luminosité
web-theme-light = Clair
web-theme-dark = Sombre
web-theme-system = Comme l’appareil
web-commands = Rechercher
web-command-label = Chercher un patient, une page, une action
web-command-hint = Patient, page, action…
web-command-nothing = Rien ne correspond. Essayez un autre morceau du nom, un numéro ou une année de naissance.
web-offline = Connexion perdue : cette page ne se met plus à jour. Elle reprendra seule.
web-banner = Patient
web-sex = Sexe
web-sex-female = Femme
web-sex-male = Homme
web-sex-other = Autre
web-sex-unknown = Sexe inconnu
web-born = Né(e) le
web-born-unknown = date de naissance inconnue
web-died = Décédé(e)
web-number = Numéro
web-place = Emplacement
web-allergies = Allergies
web-allergies-not-asked = Allergies : non demandées
web-allergies-none = Aucune allergie connue
web-allergy-severe = grave
web-and-more = { $n ->
    [one] et { $n } autre
   *[other] et { $n } autres
}
web-homonyms = { $n ->
    [one] Attention : un autre patient porte ce nom
   *[other] Attention : { $n } autres patients portent ce nom
}
web-replaced = Ce dossier a été remplacé.
web-replaced-open = Ouvrir le bon dossier
web-wrong-home = Revenir à l’accueil
web-wrong-input = La demande n’est pas lisible
web-wrong-input-do = Rien n’a été changé. Revenez en arrière et recommencez ; si cela se répète, donnez ce code au support.
web-wrong-missing = Cela n’existe pas, ou vous n’y avez pas accès
web-wrong-missing-do = Vérifiez l’adresse ou cherchez à nouveau le patient.
web-wrong-conflict = Quelqu’un d’autre vient de le modifier
web-wrong-conflict-do = Ce que vous avez tapé est gardé comme brouillon. Rechargez la page, comparez, puis enregistrez.
web-wrong-role = Votre fonction ne permet pas cela
web-wrong-role-do = Adressez-vous à votre responsable, ou prenez le poste avec la bonne fonction.
web-wrong-busy = Le serveur ne peut pas répondre maintenant
web-wrong-busy-do = Rien n’a été perdu. Réessayez dans un instant.
web-wrong-defect = Une erreur du programme est survenue
web-wrong-defect-do = Rien n’a été enregistré par cette action. Donnez ce code au support.
web-allergy-unnamed = Allergie sans nom
web-alert-unnamed = Alerte sans texte
web-warnings-cut = Des allergies ou des alertes manquent ici : il y en a trop pour cette page.

# La coquille : ce que toutes les pages disent.
web-skip = Aller au contenu
web-rail = Rubriques
web-tabs = Pages du dossier
web-drafts = Brouillons
web-drafts-none = Rien en attente. Ce que vous tapez est gardé ici tant que ce n’est pas enregistré.
web-drafts-note = Ce que vous avez tapé et pas encore enregistré. Vous seul le voyez.
web-draft-beside = { $name } écrit ici aussi ({ $time })
web-draft-drop = Abandonner
web-leave = Se déconnecter
web-world-training = Formation : les patients de ce dossier sont inventés.
web-world-simulation = Simulation : les patients de ce dossier sont inventés.
web-played = { $n ->
    [0] Le temps est arrêté
   *[other] Le temps passe × { $n }
}
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
web-wrong-again = Réessayer
web-wrong-typed = Ce que vous aviez tapé
web-wrong-disk = Rien n’a été enregistré : le disque du serveur est plein
web-wrong-disk-do = Le dossier reste consultable. Ce que vous avez tapé est gardé sur cette page : réessayez quand le bandeau aura disparu, et notez sur papier ce qui ne peut attendre.
web-wrong-database = La base de données ne répond pas
web-wrong-database-do = Rien n’a été enregistré. Prévenez le support, ouvrez le dossier de secours du service, puis réessayez : ce que vous avez tapé est gardé sur cette page.
web-wrong-store = Rien n’a été enregistré : le serveur ne peut pas écrire
web-wrong-store-do = Ce que vous avez tapé est gardé sur cette page : réessayez dans un instant. Si cela dure, donnez ce code au support et notez sur papier.
web-wrong-unknown = On ne sait pas si cela a été enregistré
web-wrong-unknown-do = La base de données s’est interrompue pendant l’enregistrement. Regardez dans le dossier avant de recommencer ; ce que vous avez tapé est ci-dessous.
web-read-only-disk = Lecture seule depuis { $since } : le disque du serveur est plein. Rien de ce qui est tapé n’est enregistré ; notez sur papier ce qui ne peut attendre. L’écriture reprendra seule.
web-read-only-database = Lecture seule depuis { $since } : la base de données ne répond pas. Rien de ce qui est tapé n’est enregistré ; notez sur papier ce qui ne peut attendre. L’écriture reprendra seule.
web-read-only-other = Lecture seule depuis { $since } : le serveur ne peut pas écrire. Rien de ce qui est tapé n’est enregistré ; notez sur papier ce qui ne peut attendre. L’écriture reprendra seule.
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
web-not-shown = Votre fonction n’affiche pas cette partie du dossier.
web-not-all-shown = Votre fonction n’affiche pas toutes les parties de ce séjour.
web-glass = Dossier protégé
web-glass-why = Rien dans le dossier ne relie ce patient à vous ou à votre service : ni séjour, ni rendez-vous, ni demande, ni équipe. Son dossier ne s’ouvre donc pas.
web-glass-told = Si les soins l’exigent, ouvrez-le en disant pourquoi. L’ouverture vaut pour vous seul, pendant 12 heures ; le délégué à la protection des données la voit aussitôt.
web-glass-not-you = Votre fonction ne permet pas de l’ouvrir. Adressez-vous au service qui suit ce patient.
web-glass-reason = Pourquoi ouvrir ce dossier ?
web-glass-emergency = Urgence
web-glass-advice = Avis demandé par un confrère
web-glass-cover = Remplacement ou garde pas encore enregistrés
web-glass-other = Autre raison, à préciser
web-glass-more = Précision
web-glass-break = Ouvrir le dossier
web-glass-back = Retour aux patients
web-glass-why-missing = Choisissez une raison.
web-glass-more-missing = Dites en une phrase pourquoi vous devez voir ce dossier.
web-glass-more-long = La précision est trop longue.
web-glass-open = Ouvert pour vous jusqu’au { $until } :
web-glass-end = Refermer
web-glasses = Dossiers ouverts
web-glasses-why = Ces dossiers ont été ouverts par des personnes que rien ne reliait au patient. Regardez chaque ouverture et demandez des explications si la raison ne convainc pas.
web-glasses-none = Aucun dossier n’a été ouvert ainsi.
web-glasses-see = Vu
web-glasses-seen-by = Vu par
web-glasses-more = Seules les 100 dernières ouvertures sont montrées.
